// SPDX-License-Identifier: BSL-1.0

// The digests of FIPS 180-4's examples and of the lengths around a block's end that are easy to get wrong. Exits with
// the number of wrong ones.

#include <iostream>
#include <string>
#include <string_view>

#include "sha256.hpp"

namespace {

int wrong = 0;

void expect(std::string_view bytes, std::string_view digest) {
    cpumap::codegen::sha256 at_once;
    at_once.update(bytes);
    cpumap::codegen::sha256 piecewise;
    for (std::size_t i = 0; i < bytes.size(); i += 7) {
        piecewise.update(bytes.substr(i, 7));
    }
    for (const std::string& result : {at_once.hex_digest(), piecewise.hex_digest()}) {
        if (result != digest) {
            std::cerr << bytes.size() << " bytes: " << result << ", expected " << digest << '\n';
            ++wrong;
        }
    }
}

}  // namespace

int main() {
    expect("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    expect("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    expect("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
           "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    expect(
        "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrst"
        "nopqrstu",
        "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1");
    expect(std::string(1000000, 'a'), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    return wrong;
}

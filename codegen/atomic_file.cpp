// SPDX-License-Identifier: BSL-1.0
#include "atomic_file.hpp"

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <system_error>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "diagnostics.hpp"

namespace cpumap::codegen {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const fs::path& path, const std::string& what, int error) {
    throw failure({path.string()}, what + ": " + std::generic_category().message(error));
}

// An open file that is closed, and removed while it has a name to remove, whatever happens.
class output {
public:
    output(int descriptor, fs::path temporary) : descriptor_(descriptor), temporary_(std::move(temporary)) {}
    output(const output&) = delete;
    output& operator=(const output&) = delete;
    ~output() {
        if (descriptor_ >= 0) {
            ::close(descriptor_);
        }
        if (!temporary_.empty()) {
            ::unlink(temporary_.c_str());
        }
    }

    void write(std::string_view text, const fs::path& shown) const {
        while (!text.empty()) {
            const ssize_t written = ::write(descriptor_, text.data(), text.size());
            if (written < 0 && errno != EINTR) {
                fail(shown, "cannot write", errno);
            }
            text.remove_prefix(written < 0 ? 0 : static_cast<std::size_t>(written));
        }
    }

    [[nodiscard]] int descriptor() const { return descriptor_; }

    void close(const fs::path& shown) {
        if (::close(std::exchange(descriptor_, -1)) != 0) {
            fail(shown, "cannot write", errno);
        }
    }

    void rename_to(const fs::path& target) {
        if (::rename(temporary_.c_str(), target.c_str()) != 0) {
            fail(target, "cannot replace the file", errno);
        }
        temporary_.clear();
    }

private:
    int descriptor_;
    fs::path temporary_;
};

// mkstemp gives 0600; a generated header should be as readable as any other file.
mode_t wanted_mode(const fs::path& target) {
    struct stat status {};
    if (::stat(target.c_str(), &status) == 0) {
        return status.st_mode & 07777;
    }
    const mode_t mask = ::umask(0);
    ::umask(mask);
    return 0666 & ~mask;
}

}  // namespace

std::optional<std::string> read_file(const fs::path& path) {
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    if (status.type() == fs::file_type::not_found) {
        return std::nullopt;
    }
    if (error) {
        fail(path, "cannot read", error.value());
    }
    if (!fs::is_regular_file(status)) {
        throw failure({path.string()}, "is not a regular file");
    }
    errno = 0;
    std::ifstream in(path, std::ios::binary);
    // Not by iterators of the buffer, which throw where reading fails and do not say of which file.
    std::string text;
    std::vector<char> part(std::size_t{1} << 16);
    while (in.read(part.data(), static_cast<std::streamsize>(part.size())) || in.gcount() > 0) {
        text.append(part.data(), static_cast<std::size_t>(in.gcount()));
    }
    if (!in.is_open() || in.bad()) {
        fail(path, "cannot read", errno != 0 ? errno : EIO);
    }
    return text;
}

void write_file(const fs::path& path, std::string_view text) {
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    if (fs::is_directory(status)) {
        throw failure({path.string()}, "is a folder; name the file to write");
    }
    if (fs::exists(status) && !fs::is_regular_file(status)) {
        output device(::open(path.c_str(), O_WRONLY | O_CLOEXEC), {});
        if (device.descriptor() < 0) {
            fail(path, "cannot open", errno);
        }
        device.write(text, path);
        device.close(path);
        return;
    }

    // Where the path is a symbolic link, the file that it leads to is replaced and the link stays.
    const fs::path target = fs::exists(status) ? fs::canonical(path) : path;
    std::string temporary = (target.parent_path() / ('.' + target.filename().string() + ".XXXXXX")).string();
    const int descriptor = ::mkstemp(temporary.data());
    if (descriptor < 0) {
        fail(path, "cannot write into its folder", errno);
    }
    output file(descriptor, temporary);
    file.write(text, path);
    if (::fchmod(descriptor, wanted_mode(target)) != 0 || ::fsync(descriptor) != 0) {
        fail(path, "cannot write", errno);
    }
    file.close(path);
    file.rename_to(target);
}

exit_code write_or_check(const fs::path& path, std::string_view text, bool check, const std::string& command) {
    if (!check) {
        write_file(path, text);
        return ok;
    }
    const std::optional<std::string> present = read_file(path);
    if (present == text) {
        return ok;
    }
    std::cerr << path.string() << (present ? ": differs from what its source gives" : ": is missing")
              << "; regenerate it with: " << command << '\n';
    return stale;
}

}  // namespace cpumap::codegen

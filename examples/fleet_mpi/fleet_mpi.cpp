// SPDX-License-Identifier: BSL-1.0

// A fleet too large for one machine: each rank reads its share of the dumps and sums them up, and one MPI_Reduce makes
// the sum of all, from which comes the guest CPU that runs everywhere. A fleet's sum is plain bytes, some 200, however
// many hosts are in it.
//
//   mpirun -n 4 fleet_mpi rack_*/*.cpuid

#include <cpumap/cpumap.hpp>
#include <cpumap/match/fleet.hpp>

#include <cstddef>
#include <cstring>
#include <iostream>
#include <string>
#include <string_view>
#include <type_traits>

#define OMPI_SKIP_MPICXX
#define MPICH_SKIP_MPICXX
#include <mpi.h>

#include "dump.hpp"

namespace {

/// What a rank has found: its hosts, or what is wrong with one.
struct part {
    cpumap::fleet hosts{};
    char problem[256]{};

    [[nodiscard]] bool failed() const { return problem[0] != 0; }
    void fail(const std::string& why) { std::strncpy(static_cast<char*>(problem), why.c_str(), sizeof problem - 1); }
};
static_assert(std::is_trivially_copyable_v<part>);

std::string text(const cpumap::error& e) {
    return std::string(e.message()) + (e.name().empty() ? "" : ": " + std::string(e.name()));
}

/// The operation of the reduction: the hosts of `in` and behind them those of `inout`.
void add_parts(void* in, void* inout, int* count, MPI_Datatype*) {
    for (int i = 0; i < *count; ++i) {
        part left, right;
        std::memcpy(static_cast<void*>(&left), static_cast<char*>(in) + static_cast<std::size_t>(i) * sizeof(part),
                    sizeof(part));
        char* const place = static_cast<char*>(inout) + static_cast<std::size_t>(i) * sizeof(part);
        std::memcpy(static_cast<void*>(&right), place, sizeof(part));
        if (!left.failed() && right.failed()) left = right;
        if (!left.failed())
            if (const auto added = left.hosts.add(right.hosts); !added) left.fail(text(added.error()));
        std::memcpy(place, &left, sizeof(part));
    }
}

part read_share(int argc, char** argv, int rank, int ranks) {
    part mine;
    // Neighbours in the list, so that racks stay together.
    const long long files = argc - 1;
    for (long long i = files * rank / ranks; i < files * (rank + 1) / ranks; ++i) {
        const std::string path = argv[i + 1];
        const auto data = read_cpuid_dump(path);
        if (!data) {
            mine.fail(path + ": this is not what cpuid -r prints, or cannot be read");
        } else if (const auto added = mine.hosts.add(*data); !added) {
            mine.fail(path + ": " + text(added.error()));
        }
        if (mine.failed()) return mine;
    }
    return mine;
}

/// Prints the answer; the exit code.
int print(const part& all, int ranks) {
    if (all.failed()) {
        std::cerr << all.problem << '\n';
        return 1;
    }
    const auto guest = all.hosts.baseline();
    if (!guest) {
        std::cerr << text(guest.error()) << '\n';
        return 1;
    }
    std::cerr << all.hosts.size() << " hosts, read by " << ranks << (ranks == 1 ? " rank; " : " ranks; ")
              << all.hosts.common().size() << " features that all have, " << all.hosts.some().size()
              << " that some have\n";
    std::string xml(cpumap::xml_size(*guest), '\0');
    if (!cpumap::write_xml(xml, *guest)) return 1;
    std::cout << xml;
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    MPI_Init(&argc, &argv);
    int rank = 0, ranks = 1;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &ranks);

    if (argc < 2) {
        if (rank == 0) std::cerr << "usage: mpirun -n RANKS fleet_mpi FILE...   each what cpuid -r prints of a host\n";
        MPI_Finalize();
        return 2;
    }
    const part mine = read_share(argc, argv, rank, ranks);
    MPI_Datatype type = MPI_DATATYPE_NULL;
    MPI_Type_contiguous(static_cast<int>(sizeof(part)), MPI_BYTE, &type);
    MPI_Type_commit(&type);
    MPI_Op add = MPI_OP_NULL;
    MPI_Op_create(add_parts, 0, &add);  // not commutative: the first host of all decides a detail
    part all;
    MPI_Reduce(&mine, &all, 1, type, add, 0, MPI_COMM_WORLD);
    int code = rank == 0 ? print(all, ranks) : 0;
    MPI_Bcast(&code, 1, MPI_INT, 0, MPI_COMM_WORLD);
    MPI_Op_free(&add);
    MPI_Type_free(&type);
    MPI_Finalize();
    return code;
}

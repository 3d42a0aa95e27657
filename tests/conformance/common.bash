# SPDX-License-Identifier: BSL-1.0
# Sourced by run and decode: builds a conformance program for a map.

newest=12.8.0
project=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
build=${CPUMAP_BUILD_DIR:-$project/build}/conformance
map='' version=''

fail() {
    echo "tests/conformance/$(basename "$0"): $*" >&2
    exit 2
}

# build_program NAME: sets `program`. A folder for each map keeps what was built, and another map does not replace it.
build_program() {
    [ -e "$map" ] || fail "the map $map does not exist"
    map=$(realpath "$map")
    if [ -z "$version" ]; then
        version=$(basename "$map")
        [[ $version =~ ^[0-9]+\.[0-9]+(\.[0-9]+)?$ ]] || version=$newest
    fi
    local folder log
    folder=$build/$(printf '%s %s' "$map" "$version" | cksum | cut -d ' ' -f 1)
    log=$folder/build.log
    mkdir -p "$folder"
    if ! { cmake -S "$project/tests/conformance/program" -B "$folder" -D MAP="$map" -D VERSION="$version" \
               -D CPUMAP_CODEGEN_PROGRAM="${CPUMAP_CODEGEN:-}" &&
           cmake --build "$folder" --parallel 2 --target "$1"; } > "$log" 2>&1; then
        cat "$log" >&2
        fail "the program does not build for $map"
    fi
    program=$folder/$1
}

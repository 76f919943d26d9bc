# Sourced by the scripts beside it: the root of the checkout, the build folders, how they are made.
# shellcheck shell=bash
set -euo pipefail
export LC_ALL=C.UTF-8

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
release_build=$root/build/release
test_build=$root/build/test
fuzz_build=$root/build/fuzz

# configure FOLDER MESON_OPTION...: once; afterwards ninja notices changes of the build files by itself
configure() {
        local folder=$1
        shift
        [[ -f $folder/build.ninja ]] || meson setup "$folder" "$root" "$@" >"$folder.log" 2>&1 || {
                cat "$folder.log" >&2
                return 1
        }
}

# build FOLDER TARGET...: quiet unless it fails
build() {
        local folder=$1
        shift
        ninja -C "$folder" "$@" >"$folder.log" 2>&1 || {
                tail -n 60 "$folder.log" >&2
                return 1
        }
}

configure_release() {
        mkdir -p "$root/build"
        configure "$release_build" -Dbuildtype=release
}

configure_test() {
        mkdir -p "$root/build"
        configure "$test_build" -Dbuildtype=debug -Doptimization=1 -Db_sanitize=address,undefined -Db_lundef=false
}

configure_fuzz() {
        mkdir -p "$root/build"
        CC=clang configure "$fuzz_build" -Dbuildtype=debug -Doptimization=1 -Db_sanitize=address,undefined \
                -Db_lundef=false -Dfuzz=true
}

#!/bin/sh
# Makes the environment that this checkout's commands run in, then runs a command in it.
#
#   scripts/setup.sh                    set up only
#   scripts/setup.sh pytest -x          set up if needed, then run pytest from the environment
#   scripts/setup.sh --lock             resolve pyproject.toml into uv.lock again, then set up
#
# It needs a Python (3.11 to 3.13) and a network the first time; nothing else. A second run finds the stamp of the first
# one and takes a few hundredths of a second, without a network. It never downloads a Python, never writes outside the
# checkout except into the usual caches, and where the checkout can't be written it works from the user's cache folder.
set -eu

UV_PIN=0.13.9   # the uv that is fetched where none is found
UV_FLOOR=0.8    # an older one on the PATH is left alone: it may not read this lock file

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)

say() { printf '%s\n' "setup: $*" >&2; }
fail() { say "$*"; exit 1; }

# --- places ----------------------------------------------------------------------------------------------------------

# A folder that can be written, made if it is not there.
usable() { [ -n "$1" ] && mkdir -p "$1" 2>/dev/null && [ -w "$1" ]; }

# Where downloads are kept: the user's cache, or (no HOME, a read-only one, a system account's) a folder of our own.
cache_folder() {
    for folder in "${XDG_CACHE_HOME:-}" "${HOME:+$HOME/.cache}"; do
        if usable "$folder"; then
            printf '%s\n' "$folder"
            return
        fi
    done
    if [ -w "$root" ]; then
        printf '%s\n' "$root/.tools/cache"
    else
        folder=${TMPDIR:-/tmp}/openscf-cache-$(id -u)
        # The name can be guessed: one that somebody else made first is not to be trusted.
        [ -d "$folder" ] || mkdir -m 700 "$folder" || fail "no folder for downloads: set HOME or XDG_CACHE_HOME"
        [ -n "$(find "$folder" -prune -user "$(id -u)")" ] || fail "$folder belongs to somebody else: set XDG_CACHE_HOME"
        printf '%s\n' "$folder"
    fi
}

choose_places() {
    cache=$(cache_folder)
    if [ -n "${UV_PROJECT_ENVIRONMENT:-}" ]; then
        venv=$UV_PROJECT_ENVIRONMENT
    elif [ -w "$root/.venv" ] || { [ ! -e "$root/.venv" ] && [ -w "$root" ]; } || is_current "$root/.venv"; then
        venv=$root/.venv
    else
        # Somebody else's checkout: everything that tools would write beside the sources goes to our own cache.
        mine=$cache/openscf/$(printf '%s' "$root" | cksum | cut -d ' ' -f 1)
        venv=$mine/venv
    fi
    if [ -w "$root" ]; then
        tools=$root/.tools
    else
        mine=${mine:-$cache/openscf/$(printf '%s' "$root" | cksum | cut -d ' ' -f 1)}
        tools=$mine/tools
        export RUFF_CACHE_DIR="$mine/ruff" MYPY_CACHE_DIR="$mine/mypy" PYTHONPYCACHEPREFIX="$mine/pycache"
        export PYTEST_ADDOPTS="${PYTEST_ADDOPTS:-} -o cache_dir=$mine/pytest"
    fi
    # Images often forbid compiled files beside the sources, and then each start compiles a second of libraries again
    # (3.5 s of processor instead of 1.4 s for a command that opens the platform). They get a place of their own.
    if [ -n "${PYTHONDONTWRITEBYTECODE:-}" ]; then
        export PYTHONPYCACHEPREFIX="${PYTHONPYCACHEPREFIX:-$tools/pycache}"
    fi
    unset PYTHONDONTWRITEBYTECODE
}

# --- is there anything to do? ----------------------------------------------------------------------------------------

# What the environment depends on: the lock, and the parts of pyproject.toml that describe the package (a change of a
# lint rule installs nothing).
fingerprint() {
    "$1" - "$root" <<'PYTHON'
import hashlib, json, pathlib, sys, tomllib

root = pathlib.Path(sys.argv[1])
project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
parts = {name: project.get(name) for name in ("build-system", "project", "dependency-groups")}
parts["hatch"] = project.get("tool", {}).get("hatch")
described = json.dumps([str(root), sys.version_info[:2], parts], sort_keys=True).encode()
print(hashlib.sha256(described + (root / "uv.lock").read_bytes()).hexdigest())
PYTHON
}

is_current() {
    [ -r "$1/openscf.stamp" ] && [ -x "$1/bin/python" ] || return 1
    [ "$(fingerprint "$1/bin/python" 2>/dev/null)" = "$(cat "$1/openscf.stamp")" ]
}

# --- a Python and a uv -----------------------------------------------------------------------------------------------

suits() { "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' >/dev/null 2>&1; }

# The environment's own first (so an existing one is kept), then the system's 3.11, then whatever else suits.
find_python() {
    for candidate in "${OPENSCF_PYTHON:-}" "$venv/bin/python" /usr/bin/python3.11 python3.11 \
        /usr/bin/python3 python3 python3.12 python3.13; do
        found=$(command -v "$candidate" 2>/dev/null) || continue
        if suits "$found"; then
            printf '%s\n' "$found"
            return
        fi
    done
    return 1
}

# True if the version `$1` is at least `$2` (both as 1.2.3, by their first two numbers).
at_least() {
    have_major=${1%%.*} have_rest=${1#*.} want_major=${2%%.*} want_minor=${2#*.}
    have_minor=${have_rest%%.*}
    [ "$have_major" -gt "$want_major" ] || { [ "$have_major" -eq "$want_major" ] && [ "$have_minor" -ge "$want_minor" ]; }
}

find_uv() {
    for candidate in uv "$tools/venv/bin/uv" "$tools/target/bin/uv"; do
        found=$(command -v "$candidate" 2>/dev/null) || continue
        version=$("$found" --version 2>/dev/null | cut -d ' ' -f 2) || continue
        case $version in
            [0-9]*.[0-9]*) if at_least "$version" "$UV_FLOOR"; then
                printf '%s\n' "$found"
                return
            fi ;;
        esac
    done
    return 1
}

# An environment of its own for uv; on Debian this needs the package python3-venv.
uv_by_venv() {
    "$python" -c 'import ensurepip, venv' 2>/dev/null || return 1
    "$python" -m venv --clear "$tools/venv" >&2 && "$tools/venv/bin/pip" install --quiet "uv==$UV_PIN" >&2
}

# Debian's pip may not touch the system, but a folder of ours it may fill.
uv_by_pip() {
    "$python" -m pip --version >/dev/null 2>&1 || return 1
    "$python" -m pip install --quiet --target "$tools/target" --upgrade "uv==$UV_PIN" >&2
}

uv_by_apt() {
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1 || return 1
    say "installing Debian's python3-venv"
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends python3-venv; } >&2 || return 1
    # The package serves Debian's own Python, which need not be the first on the PATH.
    python=/usr/bin/python3
    suits "$python" && uv_by_venv
}

get_uv() {
    if uv=$(find_uv); then
        return
    fi
    say "uv is not on the PATH: fetching uv $UV_PIN into $tools"
    mkdir -p "$tools"
    uv_by_venv || uv_by_pip || uv_by_apt ||
        fail "could not get uv. Either install it (https://docs.astral.sh/uv/), or let $python make environments:
       on Debian and Ubuntu 'apt-get install python3-venv' as root. Then run the same command again."
    uv=$(find_uv) || fail "uv was installed into $tools but does not run there; is that file system mounted noexec?"
}

# --- the environment -------------------------------------------------------------------------------------------------

prepare() {
    python=$(find_python) || fail "no Python 3.11, 3.12 or 3.13 was found. On Debian: 'apt-get install python3' as root.
       One that lies elsewhere is named by OPENSCF_PYTHON=/path/to/python3.11."
    export PIP_CACHE_DIR="${PIP_CACHE_DIR:-$cache/pip}" PIP_DISABLE_PIP_VERSION_CHECK=1
    export UV_CACHE_DIR="${UV_CACHE_DIR:-$cache/uv}" UV_PYTHON_DOWNLOADS=never UV_PROJECT_ENVIRONMENT="$venv"
    # uv carries its own list of authorities; a company's proxy is known to the system's list only.
    system_list=/etc/ssl/certs/ca-certificates.crt
    if [ -z "${SSL_CERT_FILE:-}" ] && [ -r "$system_list" ]; then
        export SSL_CERT_FILE="$system_list"
    fi
    get_uv
}

sync_environment() {
    prepare
    say "installing what uv.lock names into $venv ($("$python" --version))"
    rm -f "$venv/openscf.stamp"
    "$uv" sync --frozen --quiet --project "$root" --python "$python"
    fingerprint "$venv/bin/python" >"$venv/openscf.stamp"
}

unset VIRTUAL_ENV PYTHONHOME
choose_places
if [ "${1:-}" = --lock ]; then
    shift
    prepare
    "$uv" lock --project "$root" --python "$python"
fi
is_current "$venv" || sync_environment

if [ $# -gt 0 ]; then
    PATH=$venv/bin:$PATH
    export PATH
    exec "$@"
fi

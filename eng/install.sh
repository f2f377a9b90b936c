#!/bin/bash
# Installs what is missing of the Debian packages named as arguments: PACKAGE:COMMAND, where COMMAND tells whether it is there.
set -euo pipefail

missing=()
for pair in "$@"; do
  command -v "${pair#*:}" >/dev/null 2>&1 || [ -x "/usr/sbin/${pair#*:}" ] || missing+=("${pair%%:*}")
done
[ ${#missing[@]} -eq 0 ] && exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null 2>&1 || { echo "missing: ${missing[*]}. Install them as root: apt-get install ${missing[*]}" >&2; exit 1; }
  as_root=(sudo)
fi
command -v apt-get >/dev/null 2>&1 || { echo "missing: ${missing[*]}. Install them with this system's package manager." >&2; exit 1; }

echo "installing ${missing[*]}"
# A server that Debian starts on installation would hold the default ports; the tests start their own on free ones.
export DEBIAN_FRONTEND=noninteractive RUNLEVEL=1
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null

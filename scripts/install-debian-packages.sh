#!/bin/sh
# Installs the packages of debian-packages.txt that are missing. Needs root or sudo only if any is.
set -eu
list=$(dirname "$0")/../debian-packages.txt
missing=
for package in $(sed 's/#.*//' "$list"); do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' ||
    missing="$missing $package"
done
[ -n "$missing" ] || exit 0
if ! command -v apt-get >/dev/null; then
  echo "missing packages:$missing" >&2
  echo "this script installs them with apt-get, which this system does not have" >&2
  exit 1
fi
as_root=
[ "$(id -u)" = 0 ] || as_root=sudo
echo "installing:$missing" >&2
$as_root apt-get update -qq
# shellcheck disable=SC2086
DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends $missing >&2

#!/usr/bin/env bash
# Builds the three images without a container engine, and tries them: Debian's buildah runs the Dockerfiles' steps on stand-ins for
# the base images, made of this system's packages (debootstrap) and its .NET. For root on Debian or Ubuntu, on a machine that has
# the SDK of global.json; buildah and debootstrap are installed where they are missing.
#   docker/try-locally.sh [--cache FOLDER]    FOLDER keeps the stand-ins for the next time
set -euo pipefail
cd "$(dirname "$0")/.."

fail() { echo "try-locally: $*" >&2; exit 1; }
step() { printf '\n== %s\n' "$*"; }

cache=
while [ $# -gt 0 ]; do
  case $1 in
    --cache) [ $# -gt 1 ] || fail "--cache needs a folder."; mkdir -p "$2"; cache=$(realpath "$2"); shift 2 ;;
    *) fail "'$1' is unknown; expected --cache FOLDER." ;;
  esac
done
[ "$(id -u)" -eq 0 ] || fail "needs root: debootstrap and buildah's chroot isolation do."

# The command that is needed and Debian's package that has it.
missing=()
while read -r command package; do
  command -v "$command" >/dev/null || missing+=("$package")
done <<'LIST'
buildah buildah
debootstrap debootstrap
ip iproute2
curl curl
LIST
if [ ${#missing[@]} -gt 0 ]; then
  echo "Installing by apt-get, because they are needed and missing: ${missing[*]}"
  apt-get update
  DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends "${missing[@]}"
fi
command -v dotnet >/dev/null || fail "needs the .NET SDK of global.json."

work=$(mktemp --directory --tmpdir spiking-detector-images.XXXXXX)
storage=${cache:-$work}/storage
export BUILDAH_ISOLATION=chroot
buildah() { command buildah --root "$storage" --runroot "$work/run" --storage-driver vfs "$@"; }

started=
clean_up() {
  [ -z "$started" ] || kill -KILL "$started" 2>/dev/null || true
  buildah rm --all >/dev/null 2>&1 || true
  for image in service training export; do
    buildah rmi "spiking-detector/$image:$version" >/dev/null 2>&1 || true
  done
  buildah rmi --prune >/dev/null 2>&1 || true
  rm -rf "$work"
}
version=$(sed -n 's:.*<Version>\(.*\)</Version>.*:\1:p' Directory.Build.props)
trap clean_up EXIT

# Stand-ins

# The default of a Dockerfile's ARG, which is the base image's name.
base() { sed -n "s/^ARG $2=//p" "docker/$1.Dockerfile"; }

# Prints mirror and components of this system's own package source, from either of apt's two formats.
apt_source() {
  local suite=$1
  { cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2>/dev/null || true; } |
    sed 's/\[[^]]*\]//' | awk -v suite="$suite" '$1 == "deb" && $3 == suite { print $2, $4, $5; exit }'
  { cat /etc/apt/sources.list.d/*.sources 2>/dev/null || true; } | awk -v suite="$suite" '
    BEGIN { RS = ""; FS = "\n" }
    { uri = ""; parts = ""; found = 0
      for (i = 1; i <= NF; i++) {
        n = split($i, word, /[ \t]+/)
        if (word[1] == "URIs:") uri = word[2]
        if (word[1] == "Suites:") for (j = 2; j <= n; j++) if (word[j] == suite) found = 1
        if (word[1] == "Components:") { parts = word[2]; if (n > 2) parts = parts " " word[3] } }
      if (found) { print uri, parts; exit } }'
}

make_system() {
  local suite mirror components
  suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
  read -r mirror components < <(apt_source "$suite") || fail "/etc/apt names no package source for $suite."
  step "A small $suite by debootstrap"
  debootstrap --variant=minbase --components="${components// /,}" --include=ca-certificates,libssl3,libstdc++6,zlib1g \
    "$suite" "$work/system" "$mirror" | tail -n 1
  chroot "$work/system" groupadd --gid 1654 app
  chroot "$work/system" useradd --no-log-init --uid 1654 --gid 1654 --create-home app
  # What belongs to this machine's network, so that apt-get and NuGet work in the stand-ins where they work here.
  cp /etc/apt/apt.conf.d/* "$work/system/etc/apt/apt.conf.d/"
  cp --dereference /etc/ssl/certs/ca-certificates.crt "$work/system/etc/ssl/certs/"

  # As in the chiseled bases: libraries, certificates and the user's name, but no shell.
  # The folders and files that are empty are those that an engine mounts over.
  local chiseled=$work/chiseled path
  mkdir -p "$chiseled"/{etc,home,usr/bin,usr/share,proc,dev,sys}
  install -d -m 1777 "$chiseled/tmp"
  touch "$chiseled/etc/hosts"
  for path in lib lib64 usr/lib usr/lib64 etc/ssl etc/passwd etc/group home/app usr/share/ca-certificates; do
    [ ! -e "$work/system/$path" ] || cp -a "$work/system/$path" "$chiseled/$path"
  done
  rm -rf "$chiseled"/usr/lib/{apt,dpkg,systemd}
}

# stand_in NAME FOLDER [PART OF .NET]...
stand_in() {
  local name=$1 root=$2 part container mount
  shift 2
  [ -n "$name" ] || fail "a Dockerfile names its base in another way than expected."
  ! buildah inspect --type image "$name" >/dev/null 2>&1 || return 0
  [ -d "$work/system" ] || make_system
  container=$(buildah from scratch)
  mount=$(buildah mount "$container")
  cp -a "$root/." "$mount/"
  mkdir -p "$mount/usr/share/dotnet/shared"
  for part in "$@"; do
    mkdir -p "$mount/usr/share/dotnet/$(dirname "$part")"
    cp -a "$dotnet/$part" "$mount/usr/share/dotnet/$part"
  done
  ln -sf /usr/share/dotnet/dotnet "$mount/usr/bin/dotnet"
  buildah config --env APP_UID=1654 --env ASPNETCORE_HTTP_PORTS=8080 --env DOTNET_RUNNING_IN_CONTAINER=true \
    --env DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=true --env PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$container"
  buildah commit --quiet --format docker "$container" "$name" >/dev/null
  buildah rm "$container" >/dev/null
  echo "stand-in: $name"
}

dotnet=$(dirname "$(readlink -f "$(command -v dotnet)")")
runtime=(dotnet host shared/Microsoft.NETCore.App)
aspnet=("${runtime[@]}" shared/Microsoft.AspNetCore.App)
stand_in "$(base service SDK)" "$work/system" "${aspnet[@]}" sdk packs
stand_in "$(base service ASPNET)" "$work/chiseled" "${aspnet[@]}"
stand_in "$(base export RUNTIME)" "$work/chiseled" "${runtime[@]}"
stand_in "$(base training RUNTIME)" "$work/system" "${runtime[@]}"

# Images

build() {
  local image=$1
  step "spiking-detector/$image:$version"
  # Older buildahs find the stage base-cpu only where ACCELERATOR is given.
  buildah build --format docker --file "docker/$image.Dockerfile" --tag "spiking-detector/$image:$version" \
    --build-arg ACCELERATOR=cpu --build-arg REVISION="$(git describe --always --exclude '*' --abbrev=40 --dirty 2>/dev/null || true)" \
    "${volumes[@]}" . >"$work/build.log" 2>&1 || { tail -n 40 "$work/build.log"; fail "$image.Dockerfile does not build."; }
}

# What this user's NuGet has and knows; the Dockerfiles need none of it.
packages=${NUGET_PACKAGES:-$HOME/.nuget/packages}
mkdir -p "$packages"
nuget=$(getent passwd 0 | cut -d: -f6)/.nuget # The images are built as root.
volumes=(--volume "$packages:$nuget/packages")
[ ! -d "$HOME/.nuget/NuGet" ] || volumes+=(--volume "$HOME/.nuget/NuGet:$nuget/NuGet:ro")

root_of() { buildah mount "$(buildah from --pull-never "$1")"; }
bytes_of() { du --summarize --apparent-size --block-size=1 "$1" | cut -f 1; }
words_of() { buildah inspect --type image --format "{{range .Docker.Config.$2}}{{println .}}{{end}}" "spiking-detector/$1:$version" | sed '/^$/d'; }

# open_image IMAGE BASE: builds and mounts it, says what it adds to its base, and keeps what containers of it need.
open_image() {
  build "$1"
  root=$(root_of "spiking-detector/$1:$version")
  added=$(($(bytes_of "$root") - $(bytes_of "$(root_of "$2")")))
  echo "adds $((added / 1000000)) MB to $2"
  user=$(buildah inspect --type image --format '{{.Docker.Config.User}}' "spiking-detector/$1:$version")
  mapfile -t environment < <(words_of "$1" Env)
  mapfile -t entrypoint < <(words_of "$1" Entrypoint)
  mapfile -t health < <(words_of "$1" Healthcheck.Test 2>/dev/null | tail -n +2)
  binds=()
  as_user=(env -i "${environment[@]}" HOME=/home/app setpriv --no-new-privs chroot "--userspec=$user:$user" "$root")
}

# contain COMMAND...: runs it as a container would: as the image's user, on a read-only root with a tmpfs on /tmp, a network of its
# own and ${binds[@]} (FOLDER:WHERE).
contain() {
  # shellcheck disable=SC2016
  exec unshare --mount --net bash -c '
    set -e
    root=$1 hosts=$2; shift 2
    mount --bind "$root" "$root"
    mount -t tmpfs tmpfs "$root/tmp"
    mount --rbind /proc "$root/proc"
    mount --rbind /dev "$root/dev"
    mount --rbind /sys "$root/sys"
    while [ "$1" != -- ]; do mount --bind "${1%%:*}" "$root${1#*:}"; shift; done
    shift
    mount --bind "$hosts" "$root/etc/hosts"
    mount -o remount,bind,ro "$root"
    ip link set lo up
    exec "$@"' contain "$root" "$work/hosts" "${binds[@]}" -- "${as_user[@]}" "$@"
}
run() { (contain "$@"); }
start() { (contain "$@") & started=$!; }
# Runs a command in the container that was started.
enter() { nsenter --target "$started" --mount --net "${as_user[@]}" "$@"; }

# until_true SECONDS COMMAND...
until_true() {
  local left=$1
  shift
  until "$@" >"$work/tried.log" 2>&1; do
    kill -0 "$started" 2>/dev/null || fail "the container ended."
    [ "$left" -gt 0 ] || fail "waited too long for '$*': $(cat "$work/tried.log")"
    left=$((left - 1))
    sleep 1
  done
}

# stop EXIT CODE: sends SIGTERM to the container that was started.
stop() {
  local code=0
  kill -TERM "$started"
  wait "$started" || code=$?
  started=
  [ "$code" -eq "$1" ] || fail "SIGTERM led to exit code $code; expected $1."
  echo "SIGTERM: exit code $code"
}

printf '127.0.0.1 localhost\n::1 localhost\n' >"$work/hosts"
mkdir "$work/runs" "$work/data"
chown 1654:1654 "$work/runs"

open_image service "$(base service ASPNET)"
[ "$added" -lt 120000000 ] || fail "the service adds more than 120 MB to its base."
start "${entrypoint[@]}"
until_true 60 enter "${health[@]}"
echo "health: ready"
answer=$(nsenter --target "$started" --net curl --silent --show-error --fail --form image=@tests/photos/BloodImage_00014.jpg \
  "localhost:8080/detect?score_threshold=0.5")
grep --only-matching --extended-regexp '\{[^{}]*"WBC"[^{}]*\}' <<<"$answer" || fail "no white cell in the answer: $answer"
nsenter --target "$started" --net curl --silent --output /dev/null --http2-prior-knowledge localhost:8081 \
  || fail "port 8081 does not speak HTTP/2."
stop 0

open_image export "$(base export RUNTIME)"
binds=("$PWD/models:/data" "$work/runs:/runs")
run "${entrypoint[@]}" --help | head -n 4
run "${entrypoint[@]}" export /data/bccd-sg10.safetensors --output /runs/bccd-sg10.onnx

open_image training "$(base training RUNTIME)"
mkdir "$work/data"/{annotations,train,val}
for split in train val; do
  cp tests/photos/*.jpg "$work/data/$split/"
  cp tests/photos/instances.json "$work/data/annotations/instances_$split.json"
done
binds=("$work/data:/data" "$work/runs:/runs")
! run touch /home/app/writable 2>/dev/null || fail "the root can be written to."
train=("${entrypoint[@]}" train /app/recipes/bccd-quick.json --data /data --output /runs/quick --set batch_size=2 --set epochs=12)
start "${train[@]}"
until_true 300 test -e "$work/runs/quick/last.safetensors"
stop 130
grep --only-matching '"version": *"[^"]*"' "$work/runs/quick/run.json"
run mpirun -np 2 --oversubscribe "${train[@]}" --resume --threads 1

# A worker of the MPI operator: sshd with a key that is mounted, and belongs to root.
run ssh-keygen -q -t ecdsa -b 521 -N '' -f /runs/id_rsa
mkdir "$work/ssh" "$root/home/app/.ssh"
install -m 644 "$work/runs/id_rsa" "$work/ssh/id_rsa"
install -m 644 "$work/runs/id_rsa.pub" "$work/ssh/authorized_keys"
binds+=("$work/ssh:/home/app/.ssh")
start /usr/sbin/sshd -D -e
until_true 20 enter ssh localhost command -v orted
echo "ssh to a worker: $(enter ssh localhost /app/SpikingDetector.Training --version)"
stop 0

step "All of it works"

# SPDX-License-Identifier: Apache-2.0
# Read by ./setun and by bin/setun of the distribution: how a command's JVM is started.

# Is the command over before C2 would have gained anything? Measured on a Granite Rapids core, seconds
# of processor time, with the vector kernels on the module path, and so with scalar kernels, C1 and the
# cache: --version 0.38 and 0.21; inspect 0.57 and 0.25; classify, one image, 1.3 and 0.33 with
# Fashion-MNIST's network, 2.5 and 0.69 with ResNet-18; eight images of ResNet-18 take both the same.
# Options of the user's own get the JVM that they were made for.
is_brief() {
  [ -z "${SETUN_JAVA_OPTS-}" ] || return
  case ${1-} in
  '' | -h | --help | -V | --version | help | inspect | export) true ;;
  classify)
    [ $# -le 8 ] || return
    for argument; do
      [ ! -d "$argument" ] || return # as many images as it has
    done
    ;;
  *) false ;;
  esac
}
# A cache of another JDK or of other jars is not read, and nothing is said about it.
brief_options="-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Dsetun.kernels=scalar -Xlog:aot=off"
brief_main=org.setun.cli.Main

# Becomes the JVM of a command.
#   java   the program
#   root   the folder of all
#   path   --class-path=... or --module-path=...
#   main   what it starts, and options before it, separated by blanks
#   brief  options of a brief command, or empty
#   cache  the cache of linked classes to read, or empty; one that is missing is passed over
#   $@     arguments of the command
start() {
  # Java cannot tell whether standard error is a terminal, and how wide: that decides on the progress bar.
  terminal=0
  if [ -t 2 ]; then
    terminal=$(stty size <&2 2>/dev/null | cut -d ' ' -f 2)
    [ "${terminal:-0}" -gt 0 ] || terminal=80
  fi
  # SETUN_JAVA_OPTS and main are split at blanks, but a star in them is no file name.
  set -f
  exec "$java" -Dsetun.root="$root" -Dsetun.testdata="$root/testdata" -Dsetun.terminal="$terminal" \
    ${cache:+-XX:AOTCache="$cache"} $brief ${SETUN_JAVA_OPTS-} "$path" $main "$@"
}

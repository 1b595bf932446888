# SPDX-License-Identifier: Apache-2.0
# Read by ./setun, .ci/run and the distribution: where is a JDK 25 or later? Sets the variable jdk.

# What it has to have; who builds nothing needs no more than java.
jdk_program=javac

# Is $1 the home of a JDK 25 or later? Reads its release file: to start its JVM would take 50 ms.
is_jdk() {
  [ -x "$1/bin/java" ] && [ -x "$1/bin/$jdk_program" ] && [ -r "$1/release" ] || return 1
  major=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release")
  [ "${major:-0}" -ge 25 ]
}

# Sets jdk to the first JDK that serves, or says why there is none and exits with 1.
find_jdk() {
  if [ -n "${SETUN_JAVA_HOME-}" ]; then
    jdk=$SETUN_JAVA_HOME
    is_jdk "$jdk" && return
    echo "setun: SETUN_JAVA_HOME=$jdk is not a JDK 25 or later" >&2
    exit 1
  fi
  if [ -n "${JAVA_HOME-}" ]; then
    jdk=$JAVA_HOME
    is_jdk "$jdk" && return
  fi
  if command -v java >/dev/null; then
    # Asked, not guessed from its path: java may be a shim. A stub without a JVM prints no home.
    jdk=$(java -XshowSettings:properties -version 2>&1 | sed -n 's/^ *java\.home = //p')
    is_jdk "$jdk" && return
  fi
  if [ -x /usr/libexec/java_home ]; then
    jdk=$(/usr/libexec/java_home -v 25+ 2>/dev/null || true)
    is_jdk "$jdk" && return
  fi
  for jdk in /usr/lib/jvm/* /usr/java/* /opt/* /opt/java/* \
    "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home \
    "$HOME"/Library/Java/JavaVirtualMachines/*/Contents/Home; do
    is_jdk "$jdk" && return
  done
  echo "setun: no JDK 25 or later found; install one, or set SETUN_JAVA_HOME to its folder" >&2
  exit 1
}

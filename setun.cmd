@echo off
rem SPDX-License-Identifier: Apache-2.0
rem Runs Setun's command line from a checkout, as ./setun does elsewhere; builds a module that was never built.
rem Sources are not compared with the build: after a change run mvnw -Dmaven.test.skip package.
rem   SETUN_JAVA_HOME  the JDK 25 or later to use, else JAVA_HOME's, else PATH's
rem   SETUN_JAVA_OPTS  further arguments for the JVM
setlocal
rem Without the last backslash, which would quote the quotation mark after it.
for %%i in ("%~dp0.") do set "root=%%~fi"
if defined SETUN_JAVA_HOME set "JAVA_HOME=%SETUN_JAVA_HOME%"
set "java=java"
if defined JAVA_HOME set "java=%JAVA_HOME%\bin\java"

set "module=model-loader/cli"
set "built=%root%\model-loader\cli\target\modules"
set "path_option=--module-path=%built%"
set "main=--module=org.setun.cli/org.setun.cli.Main"
if "%~1"=="serve" goto serve
if "%~1"=="bench-suite" goto benchmarks
if "%~1"=="report" goto benchmarks
if "%~1"=="perf-check" goto benchmarks
goto build

:serve
set "module=integrations/server"
set "built=%root%\integrations\server\target\modules"
set "path_option=--module-path=%built%"
set "main=--module=org.setun.server/org.setun.server.cli.Main"
goto build

:benchmarks
set "module=jmh-benchmarks"
set "built=%root%\jmh-benchmarks\target\benchmarks.jar"
set "path_option=--class-path=%built%"
set "main=--add-modules=jdk.incubator.vector org.setun.bench.cli.Main"

:build
if exist "%built%" goto start
echo setun: building %module% ... 1>&2
pushd "%root%"
call mvnw.cmd -q -B -ntp -Dmaven.test.skip -pl %module% -am package 1>&2
set "status=%ERRORLEVEL%"
popd
if "%status%"=="0" goto start
echo setun: the build failed, see above 1>&2
exit /b 1

:start
"%java%" "-Dsetun.root=%root%" "-Dsetun.testdata=%root%\testdata" %SETUN_JAVA_OPTS% "%path_option%" %main% %*
exit /b %ERRORLEVEL%

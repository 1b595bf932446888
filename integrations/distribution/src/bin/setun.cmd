@echo off
rem SPDX-License-Identifier: Apache-2.0
rem Runs Setun's commands and its server, on the runtime beside it or on a Java 25 or later.
rem   SETUN_JAVA_HOME  the Java to use, else JAVA_HOME's, else PATH's
rem   SETUN_JAVA_OPTS  further arguments for the JVM
setlocal
set "root=%~dp0.."
set "java=java"
if defined JAVA_HOME set "java=%JAVA_HOME%\bin\java"
if exist "%root%\runtime\bin\java.exe" set "java=%root%\runtime\bin\java"
if defined SETUN_JAVA_HOME set "java=%SETUN_JAVA_HOME%\bin\java"
set "main=org.setun.cli/org.setun.cli.Main"
if "%~1"=="serve" set "main=org.setun.server/org.setun.server.cli.Main"
"%java%" %SETUN_JAVA_OPTS% "--module-path=%root%\lib" --module=%main% %*
exit /b %ERRORLEVEL%

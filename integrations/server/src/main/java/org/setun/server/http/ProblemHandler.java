// SPDX-License-Identifier: Apache-2.0
package org.setun.server.http;

import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.setun.server.input.Refusal;

/** Answers what Jetty itself refuses, such as a request that is not HTTP. */
final class ProblemHandler implements Request.Handler {
  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    int status = response.getStatus();
    String detail = HttpStatus.getMessage(status);
    if (request.getAttribute(ErrorHandler.ERROR_EXCEPTION) instanceof HttpException refused) {
      // An unknown version of HTTP is 505 to Jetty; it is the client's fault all the same.
      status = refused.getCode() < 500 ? refused.getCode() : HttpStatus.BAD_REQUEST_400;
      detail = refused.getReason();
    }
    response.getHeaders().put(HttpHeader.CONNECTION, "close");
    Answer.problem(new Refusal(status, String.valueOf(detail))).send(response, callback);
    return true;
  }
}

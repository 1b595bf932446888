// SPDX-License-Identifier: Apache-2.0
/** An application that runs a model. */
module org.example.setun {
  requires java.desktop; // decodes images
  requires org.setun.loader; // and through it org.setun.kernels and the Vector API
}

// SPDX-License-Identifier: Apache-2.0
/** Formats of models whose readers stand in modules of their own, which an application may lack. */
package org.setun.loader.format;

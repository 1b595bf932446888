// SPDX-License-Identifier: Apache-2.0
/** The models that are served, and the folder that they come from. */
package org.setun.server.models;

// SPDX-License-Identifier: Apache-2.0
/**
 * Readers for the checkpoint files people have: torch zip, torch before 1.6, safetensors, NumPy
 * npz.
 *
 * <p>{@link org.setun.loader.checkpoint.Checkpoint#open} recognises a file by its content, maps it,
 * and gives a {@link org.setun.loader.checkpoint.StateDict} of lazy {@link
 * org.setun.loader.checkpoint.Tensor}s. A file is untrusted: whatever is wrong with it surfaces as
 * a {@link org.setun.loader.checkpoint.CheckpointException} and as nothing else.
 *
 * @since 0.1
 */
package org.setun.loader.checkpoint;

/**
 * Whether to come back after a socket has closed, and when (PROTOCOL.md, Close codes). Pure: chance is an argument.
 */

const MIN_SECONDS = 0.5;
const MAX_SECONDS = 30;
const TOKEN_REJECTED = 4401;
// Protocol errors (RFC 6455, 7.4.1): the same words would fail the same way.
const REFUSALS = new Set([1002, 1003, 1007, 1008, 1009]);

/** The longest wait between two attempts. */
export const LONGEST_WAIT_SECONDS = MAX_SECONDS;

/**
 * Return what a close code asks for: come back, renew the session first, or stay away.
 *
 * @param {number} code
 * @returns {'return' | 'renew' | 'refused'}
 */
export function adviceOf(code) {
  if (code === TOKEN_REJECTED) return 'renew';
  return REFUSALS.has(code) || (code >= 4400 && code <= 4499) ? 'refused' : 'return';
}

/**
 * Return how long to wait: exponential backoff with full jitter, so that many clients that lost the same server come
 * back at different times.
 *
 * @param {number} failures attempts in a row that failed
 * @param {number} random in [0, 1)
 * @returns {number}
 */
export function backoffSeconds(failures, random) {
  const ceiling = Math.min(MAX_SECONDS, 2 ** failures);
  return MIN_SECONDS + random * (ceiling - MIN_SECONDS);
}

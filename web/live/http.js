/**
 * Requests to the API as JSON, with a deadline; every failure is a `Problem`. Knows no resource.
 */

// Long enough for a database that restarts, short enough for a person who waits.
const DEADLINE_MS = 15_000;

/** The request did not succeed. `code` is stable and for programs; `network` and `timeout` are the browser's own. */
export class Problem extends Error {
  /**
   * @param {number} status of HTTP; 0 when there was no answer
   * @param {string} code
   * @param {string} detail
   * @param {Readonly<Record<string, unknown>>} [body] of the problem+json answer
   */
  constructor(status, code, detail, body = {}) {
    super(detail);
    this.status = status;
    this.code = code;
    this.body = body;
  }
}

/**
 * @typedef {object} RequestOptions
 * @property {unknown} [body] sent as JSON
 * @property {Readonly<Record<string, string>>} [headers]
 * @property {number} [deadlineMs]
 */

/**
 * Send a request and return its answer: `body` is null for 204 and 304. Raises Problem.
 *
 * @param {string} method
 * @param {string} url
 * @param {RequestOptions} [options]
 * @returns {Promise<{status: number, body: any}>} JSON is untyped until the caller says what it asked for
 */
export async function request(method, url, { body, headers = {}, deadlineMs = DEADLINE_MS } = {}) {
  const response = await fetched(url, {
    method,
    headers: body === undefined ? headers : { ...headers, 'Content-Type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
    signal: AbortSignal.timeout(deadlineMs),
  });
  const { status, ok } = response;
  if (status === 204 || status === 304) return { status, body: null };
  const answer = await answered(response);
  if (!ok) throw new Problem(status, answer?.code ?? 'http_error', answer?.detail ?? response.statusText, answer ?? {});
  // The sign-in page of a network, or an answer that broke off: whatever it was, it was not the API's.
  if (answer === null) throw new Problem(status, 'network', 'the answer is not JSON');
  return { status, body: answer };
}

/**
 * Return `request` for one API: its urls are paths below `url`, and each request carries the token there is.
 *
 * @param {string} url
 * @param {() => string | null} token
 * @returns {typeof request}
 */
export function requestTo(url, token) {
  return (method, path, options = {}) => {
    const bearer = token();
    const headers = bearer ? { ...options.headers, Authorization: `Bearer ${bearer}` } : options.headers;
    return request(method, url + path, { ...options, headers });
  };
}

/**
 * Return a key for `Idempotency-Key`: the same command sent twice is carried out once.
 *
 * @returns {string}
 */
export function newIdempotencyKey() {
  // `crypto.randomUUID` is missing on plain http outside localhost.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * @param {string} url
 * @param {RequestInit} init
 * @returns {Promise<Response>}
 */
async function fetched(url, init) {
  try {
    return await fetch(url, init);
  } catch (error) {
    const isLate = error instanceof DOMException && error.name === 'TimeoutError';
    throw new Problem(0, isLate ? 'timeout' : 'network', String(error));
  }
}

/**
 * @param {Response} response
 * @returns {Promise<any>} null when the answer is not JSON
 */
async function answered(response) {
  try {
    return await response.json();
  } catch {
    return null;
  }
}

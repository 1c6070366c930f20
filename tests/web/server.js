/** The server of a test: answers as it is told, and writes down what it was asked. */

/** @typedef {{status?: number, body?: unknown}} Answer 200 and JSON; without a body there is none */
/** @typedef {{method: string, path: string, body: any}} Asked */

/**
 * Answer the requests of this process from now on.
 *
 * @param {(asked: Asked) => Answer | Promise<Answer>} answerTo
 * @returns {Asked[]} the requests so far, growing
 */
export function serve(answerTo) {
  /** @type {Asked[]} */
  const all = [];
  globalThis.fetch = async (path, { method = 'GET', body } = {}) => {
    const asked = { method, path: String(path), body: body === undefined ? null : JSON.parse(String(body)) };
    all.push(asked);
    const answer = await answerTo(asked);
    return new Response(answer.body === undefined ? null : JSON.stringify(answer.body), { status: answer.status ?? 200 });
  };
  return all;
}

/** What the contract says is what the page does: its limits, and what it advises after a close code. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';

import { adviceOf } from '../../web/live/comeback.js';
import { MAX_COMMENT, MAX_DOCUMENT, MAX_LINE } from '../../web/ui/limits.js';

/** @param {string} name */
const contractOf = (name) =>
  JSON.parse(readFileSync(new URL(`../../server/api/contracts/${name}.json`, import.meta.url), 'utf8'));

test('this client comes back, renews its token or stays away as the contract advises', () => {
  /** @type {{code: number, advice: string}[]} */
  const closeCodes = contractOf('asyncapi').channels.live['x-close-codes'];
  assert.ok(closeCodes.length > 0);
  for (const { code, advice } of closeCodes) assert.equal(adviceOf(code), advice, String(code));
});

test('a field takes what the server takes', () => {
  const { Line, Document, Comment } = contractOf('openapi').components.schemas;
  const limits = [Line, Document, Comment].map(({ maxLength }) => maxLength);
  assert.deepEqual([MAX_LINE, MAX_DOCUMENT, MAX_COMMENT], limits);
});

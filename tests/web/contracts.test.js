/** The close codes: what the contract advises is what this client does. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';

import { adviceOf } from '../../web/live/comeback.js';

const contract = JSON.parse(readFileSync(new URL('../../server/api/contracts/asyncapi.json', import.meta.url), 'utf8'));

test('this client comes back, renews its token or stays away as the contract advises', () => {
  /** @type {{code: number, advice: string}[]} */
  const closeCodes = contract.channels.live['x-close-codes'];
  assert.ok(closeCodes.length > 0);
  for (const { code, advice } of closeCodes) assert.equal(adviceOf(code), advice, String(code));
});

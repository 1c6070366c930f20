/** The module as others take it: created anywhere, documented wholly. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import test from 'node:test';

import { createLiveJobs } from '../../web/live/index.js';

test('it can be created where there is no page, and is idle', () => {
  const { status, jobs, active, isSettled } = createLiveJobs().getSnapshot();
  assert.deepEqual([status, jobs, active, isSettled], ['idle', [], null, false]);
});

test('its README names everything it offers', async () => {
  const readme = await readFile(new URL('../../web/live/README.md', import.meta.url), 'utf8');
  const missing = Object.keys(createLiveJobs()).filter((name) => !readme.includes(`${name}(`) && !readme.includes(`.${name}`));
  assert.deepEqual(missing, []);
});

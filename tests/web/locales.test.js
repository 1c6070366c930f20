/** Every word in both languages, with the same gaps to fill. */

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import test from 'node:test';

import en from '../../web/locales/en.js';
import ko from '../../web/locales/ko.js';
import { createTranslate, explain } from '../../web/ui/i18n.js';

const WEB = new URL('../../web/', import.meta.url);
/** @typedef {Readonly<Record<string, import('../../web/ui/i18n.js').Message>>} Messages */
const korean = /** @type {Messages} */ (ko);
const english = /** @type {Messages} */ (en);

/** @param {import('../../web/ui/i18n.js').Message} message */
const forms = (message) => (typeof message === 'string' ? [message] : [message.one, message.other]);
/** @param {string} text */
const gaps = (text) => [...text.matchAll(/\{\w+\}/g)].map(([gap]) => gap).sort();

test('both languages have the same keys', () =>
  assert.deepEqual(Object.keys(english).sort(), Object.keys(korean).sort()));

test('each message leaves the same gaps in both languages, and none is empty', () => {
  for (const [key, message] of Object.entries(korean)) {
    const expected = gaps(forms(message)[0] ?? '');
    for (const form of [...forms(message), ...forms(english[key] ?? '')]) {
      assert.deepEqual(gaps(form), expected, key);
      assert.notEqual(form.trim(), '', key);
    }
  }
});

test('the words that the screen was asked for', () => {
  const t = createTranslate('ko');
  assert.equal(t('generate.button'), '질문 생성');
  assert.equal(t('generate.running'), '생성 중...');
  assert.equal(t('toast.started'), '질문 생성을 시작했습니다!');
  assert.equal(t('history.title'), '질문 히스토리');
  assert.equal(t('running.title', { elapsed: '1분 30초' }), '생성 중... (1분 30초 경과)');
  assert.equal(t('running.note'), 'AI가 맞춤형 질문을 생성하고 있습니다');
  assert.equal(t('set.title', { n: 2, date: '2024-08-27 14:30' }), '질문 세트 #2 (2024-08-27 14:30)');
});

test('English counts one and many', () => {
  const t = createTranslate('en');
  assert.equal(t('toast.completed', { n: 1 }), '1 question is ready.');
  assert.equal(t('toast.completed', { n: 10 }), '10 questions are ready.');
});

test('a failure is explained by its code, and an unknown one never shows its code', () => {
  const t = createTranslate('en');
  assert.match(explain(t, 'blocked'), /reword/);
  assert.equal(explain(t, 'something_new'), t('error.other'));
});

test('what is forbidden need not be a guest: it may be the address', () => {
  assert.doesNotMatch(explain(createTranslate('ko'), 'forbidden'), /게스트/);
  assert.doesNotMatch(explain(createTranslate('en'), 'forbidden'), /guest/i);
});

test('no word is used that is not in the locales, and none is there for nothing', () => {
  const source = readdirSync(WEB, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.js') && !path.startsWith('locales'))
    .map((path) => readFileSync(new URL(path, WEB), 'utf8'))
    .join('\n');
  // Keys made of a name, such as `category.${category}`, count by what stands before the name.
  const computed = [...source.matchAll(/`(\w+\.)\$\{/g)].map(([, start]) => start ?? '');
  for (const key of Object.keys(korean)) {
    const isUsed = source.includes(`'${key}'`) || computed.some((start) => key.startsWith(start));
    assert.ok(isUsed, `${key} is never used`);
  }
});

test('no Hangul stands in the code', () => {
  for (const path of readdirSync(WEB, { recursive: true, encoding: 'utf8' })) {
    if (!path.endsWith('.js') || path.startsWith('locales')) continue;
    const code = readFileSync(new URL(path, WEB), 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');
    assert.doesNotMatch(code, /[가-힣]/, path);
  }
});

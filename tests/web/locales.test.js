/** Every word in both languages, with the same gaps to fill. */

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import test from 'node:test';

import en from '../../web/locales/en.js';
import ko from '../../web/locales/ko.js';
import { LANGUAGES, createTranslate, explain } from '../../web/ui/i18n.js';
import { THEMES } from '../../web/ui/preferences.js';

const WEB = new URL('../../web/', import.meta.url);
/** @typedef {Readonly<Record<string, import('../../web/ui/i18n.js').Message>>} Messages */
const korean = /** @type {Messages} */ (ko);
const english = /** @type {Messages} */ (en);

const { schemas } = JSON.parse(readFileSync(new URL('../server/api/contracts/openapi.json', WEB), 'utf8')).components;

/** @type {readonly (readonly [string, string, string])[]} keys with their words; of those that count, the many */
const ASKED_FOR = [
  ['generate.button', '질문 생성', 'Generate questions'],
  ['generate.running', '생성 중...', 'Generating…'],
  ['history.title', '질문 히스토리', 'Question history'],
  ['running.title', '생성 중... ({elapsed} 경과)', 'Generating… ({elapsed} elapsed)'],
  ['running.note', 'AI가 맞춤형 질문을 생성하고 있습니다', 'Tailoring questions to this interview'],
  ['running.answer_note', 'AI가 맞춤형 답변을 작성하고 있습니다', 'Writing an answer for this interview'],
  ['elapsed.seconds', '{s}초', '{s}s'],
  ['elapsed.minutes', '{m}분 {s}초', '{m}m {s}s'],
  ['running.estimate', '보통 {duration} 걸립니다', 'Usually takes {duration}'],
  ['set.title', '질문 세트 #{n} ({date})', 'Question set #{n} ({date})'],
  ['toast.started', '질문 생성을 시작했습니다!', 'Started generating questions.'],
  ['toast.completed', '질문 {n}개가 준비되었습니다.', '{n} questions are ready.'],
  ['toast.failed', '질문을 생성하지 못했습니다.', 'The questions could not be generated.'],
  ['toast.cancelled', '생성을 취소했습니다.', 'Generation cancelled.'],
  ['toast.completed_away', '자리를 비운 사이 질문 생성이 끝났습니다.', 'Your questions finished while you were away.'],
  ['answer.button', '답변 생성', 'Generate answer'],
  ['answer.again', '다시 생성', 'Regenerate'],
  ['ended.retry', '다시 시도', 'Retry'],
  ['running.cancel', '취소', 'Cancel'],
  [
    'generate.why_disabled',
    '한 번에 하나씩 생성할 수 있습니다. 진행 중인 생성이 끝나면 다시 눌러 주세요.',
    'One generation at a time. Try again when the current one ends.',
  ],
  [
    'running.retrying',
    'AI 서비스가 혼잡합니다. {s}초 후 다시 시도합니다.',
    'The AI service is busy. Retrying in {s}s.',
  ],
  [
    'running.resumed',
    '작업을 이어받아 계속 생성하고 있습니다 ({done}/{total} 유지).',
    'Picked up where it stopped ({done} of {total} kept).',
  ],
  ['connection.live', '실시간 연결됨', 'Live'],
  ['connection.reconnecting', '다시 연결하는 중', 'Reconnecting'],
  ['connection.polling', '주기적으로 확인 중', 'Checking periodically'],
  ['connection.offline', '오프라인', 'Offline'],
  [
    'generate.sample',
    '예시 생성기로 만든 결과입니다. GEMINI_API_KEY를 설정하면 Gemini가 생성합니다.',
    'Made by the built-in sample generator. Set GEMINI_API_KEY to use Gemini.',
  ],
];

const STATUSES = ['connecting', 'live', 'reconnecting', 'restarting', 'polling', 'offline', 'signed_out', 'left', 'refused'];
const CODES = [...schemas.Problem.properties.code.enum, ...schemas.JobError.properties.code.examples];

/** @type {Readonly<Record<string, readonly string[]>>} what is put for the name into keys made of one */
const NAMES = {
  'category.*': schemas.Category.enum,
  'connection.*': STATUSES,
  'error.*': [...CODES, 'network', 'timeout', 'other'],
  'form.*': ['company', 'position', 'job_posting', 'resume'],
  'form.*.example': ['company', 'position'],
  'form.*.hint': ['job_posting', 'resume'],
  'language.*': LANGUAGES,
  'standing.*': ['writing', 'there', 'failed'],
  'theme.*': THEMES,
};

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
  for (const [key, inKorean, inEnglish] of ASKED_FOR) {
    assert.deepEqual([key, forms(korean[key] ?? '').at(-1), forms(english[key] ?? '').at(-1)], [key, inKorean, inEnglish]);
  }
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

test('no word is there for nothing', () => {
  const source = readdirSync(WEB, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.js') && !path.startsWith('locales'))
    .map((path) => readFileSync(new URL(path, WEB), 'utf8'))
    .join('\n');
  const made = [...source.matchAll(/`([\w.]+\.)\$\{\w+\}([\w.]*)`/g)].map(([, start, end]) => `${start}*${end}`);
  assert.deepEqual([...new Set(made)].sort(), Object.keys(NAMES).sort());
  const named = Object.entries(NAMES).flatMap(([key, names]) => names.map((name) => key.replace('*', name)));
  const unused = Object.keys(korean).filter((key) => !source.includes(`'${key}'`) && !named.includes(key));
  assert.deepEqual(unused, []);
});

test('no Hangul stands in the code', () => {
  for (const path of readdirSync(WEB, { recursive: true, encoding: 'utf8' })) {
    if (!path.endsWith('.js') || path.startsWith('locales')) continue;
    const code = readFileSync(new URL(path, WEB), 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');
    assert.doesNotMatch(code, /[가-힣]/, path);
  }
});

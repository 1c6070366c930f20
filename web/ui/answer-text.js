/** A finished answer: its text, the points that carry it, what to avoid, and a button that copies it. */

import { fill, h } from './dom.js';
import { icon } from './icons.js';
import { copy } from './keeping.js';

/**
 * @typedef {import('./page.js').Page} Page
 * @typedef {import('../live/wire.js').Answer} Answer
 */

/**
 * @param {Page} page
 * @returns {import('./dom.js').Part<Answer | null>}
 */
export function createAnswerText(page) {
  const element = h('div', { 'class': 'answer-body', 'data-testid': 'answer-body' });
  let shown = '';
  return {
    element,
    update(answer) {
      element.hidden = answer === null;
      const next = JSON.stringify(answer);
      if (!answer || next === shown) return;
      shown = next;
      fill(
        element,
        h('p', { class: 'answer-text' }, answer.text),
        ...points(page.t('answer.key_points'), answer.key_points),
        ...points(page.t('answer.avoid'), answer.avoid),
        copyButton(page, answer.text),
      );
    },
  };
}

/**
 * @param {string} title
 * @param {readonly string[]} lines
 */
function points(title, lines) {
  return [h('h5', null, title), h('ul', { class: 'answer-points' }, ...lines.map((line) => h('li', null, line)))];
}

/**
 * @param {Page} page
 * @param {string} text
 */
function copyButton(page, text) {
  const onclick = () => copy(page, text);
  return h('button', { type: 'button', class: 'button button-quiet', onclick }, icon('copy'), page.t('answer.copy'));
}

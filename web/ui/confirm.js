/** The one question that is asked before something is lost. A dialog for a decision, never for waiting. */

import { h } from './dom.js';

/**
 * @typedef {object} Question
 * @property {string} title
 * @property {string} text
 * @property {string} yes
 * @property {string} no
 */

/**
 * Ask, and return whether the answer was yes; Escape is no.
 *
 * @param {Question} question
 * @returns {Promise<boolean>}
 */
export function confirm({ title, text, yes, no }) {
  const dialog = h(
    'dialog',
    { 'class': 'dialog', 'aria-labelledby': 'dialog-title', 'aria-describedby': 'dialog-text' },
    h('h2', { id: 'dialog-title' }, title),
    h('p', { id: 'dialog-text' }, text),
    h(
      'form',
      { method: 'dialog', class: 'dialog-actions' },
      h('button', { class: 'button', value: 'no', autofocus: true }, no),
      h('button', { class: 'button button-danger', value: 'yes' }, yes),
    ),
  );
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(dialog.returnValue === 'yes');
    });
  });
}

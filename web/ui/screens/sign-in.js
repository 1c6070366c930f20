/** The way in: who has no session sees this at every address, and goes on at that address. */

import { h, setText } from '../dom.js';

/**
 * @param {import('../page.js').Page} page
 * @returns {import('../page.js').Screen}
 */
export function createSignInScreen({ t, actions }) {
  const expired = h('p', { class: 'notice', role: 'status' });
  const button = h(
    'button',
    {
      'type': 'button',
      'class': 'button button-primary button-large',
      'data-testid': 'sign-in',
      'onclick': () => enter(),
    },
    t('sign_in.button'),
  );

  async function enter() {
    button.disabled = true;
    await actions.signIn();
    button.disabled = false;
  }

  return {
    element: h(
      'div',
      { class: 'welcome' },
      h('h1', { tabindex: -1 }, t('sign_in.title')),
      h('p', { class: 'lead' }, t('sign_in.text')),
      expired,
      h('div', null, button),
      h('p', { class: 'muted small' }, t('sign_in.note')),
    ),
    titleOf: () => t('sign_in.title'),
    update({ hasExpired }) {
      setText(expired, hasExpired ? t('sign_in.again') : '');
      expired.hidden = !hasExpired;
    },
  };
}

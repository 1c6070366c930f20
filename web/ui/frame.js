/** What surrounds every screen: header and footer. Made anew when the language changes. */

import { confirm } from './confirm.js';
import { createConnectionBadge } from './connection-badge.js';
import { fill, h } from './dom.js';
import { LANGUAGES } from './i18n.js';
import { icon } from './icons.js';
import { THEMES, applyTheme, loadTheme } from './preferences.js';

/**
 * @typedef {import('./page.js').Page} Page
 * @typedef {import('./i18n.js').Language} Language
 */

/**
 * Create header and footer around `main`.
 *
 * @param {Page} page
 * @param {HTMLElement} main
 * @param {(language: Language) => void} onLanguage
 * @returns {{elements: HTMLElement[], update: (state: import('./state.js').State) => void, focusLanguage: () => void}}
 */
export function createFrame(page, main, onLanguage) {
  const { t } = page;
  const languages = languageSwitch(page, onLanguage);
  const badge = createConnectionBadge(page, Date.now);
  const signOut = h(
    'button',
    { type: 'button', class: 'button button-quiet', onclick: () => leave(page) },
    t('sign_out.button'),
  );
  const footer = h('footer', { class: 'footer' }, signOut);
  const header = h(
    'header',
    { class: 'header' },
    h('a', { 'class': 'brand', 'href': '/', 'aria-label': `${t('brand')} · ${t('nav.home')}` }, mark(), t('brand')),
    badge.element,
    h('div', { class: 'header-tools' }, notifyButton(page), languages.element, themeButton(page)),
  );
  return {
    elements: [h('a', { class: 'skip', href: '#main' }, t('nav.skip')), header, main, footer],
    update(state) {
      badge.update(state);
      footer.hidden = !state.session;
    },
    focusLanguage: languages.focus,
  };
}

/** @param {Page} page */
async function leave({ t, actions }) {
  const question = {
    title: t('sign_out.title'),
    text: t('sign_out.text'),
    yes: t('sign_out.button'),
    no: t('dialog.cancel'),
  };
  if (await confirm(question)) await actions.signOut();
}

/** The caret of a text being written: what this page is about. */
function mark() {
  return h('span', { 'class': 'mark', 'aria-hidden': 'true' });
}

/**
 * @param {Page} page
 * @param {(language: Language) => void} onLanguage
 */
function languageSwitch({ t, language }, onLanguage) {
  const buttons = LANGUAGES.map((each) =>
    h(
      'button',
      { 'type': 'button', 'lang': each, 'aria-pressed': String(each === language), 'onclick': () => onLanguage(each) },
      t(`language.${each}`),
    ),
  );
  return {
    element: h('div', { 'class': 'languages', 'role': 'group', 'aria-label': t('language.label') }, ...buttons),
    focus() {
      // A phone shows only the other language.
      const seen = buttons.filter((button) => button.checkVisibility());
      (seen.find((button) => button.lang === language) ?? seen[0])?.focus();
    },
  };
}

/**
 * Offered only where the browser can notify.
 *
 * @param {Page} page
 */
function notifyButton({ t, notifications, toasts }) {
  const button = h('button', { 'type': 'button', 'class': 'button button-icon notify', 'data-testid': 'notify', 'onclick': toggle });

  async function toggle() {
    await notifications.toggle();
    if (notifications.standing === 'denied') toasts.show({ tone: 'neutral', text: t('notify.denied') });
    show();
  }

  function show() {
    const { standing } = notifications;
    button.hidden = standing === 'unsupported';
    fill(button, icon(standing === 'on' ? 'bell' : 'bellOff'));
    button.title = t('notify.label');
    button.setAttribute('aria-label', button.title);
    button.setAttribute('aria-pressed', String(standing === 'on'));
  }

  show();
  return button;
}

/** @param {Page} page */
function themeButton({ t }) {
  const button = h('button', { type: 'button', class: 'button button-icon', onclick: () => next() });

  function next() {
    applyTheme(THEMES[(THEMES.indexOf(loadTheme()) + 1) % THEMES.length] ?? 'system');
    show();
  }

  function show() {
    const theme = loadTheme();
    fill(button, icon(theme));
    button.title = t(`theme.${theme}`);
    button.setAttribute('aria-label', button.title);
  }

  show();
  return button;
}

/** Elements without innerHTML: what a user or a model wrote only ever becomes text. */

/**
 * @typedef {Node | string | null | undefined | false} Child
 * @typedef {Readonly<Record<string, any>>} Props attributes; functions named `on…` listen, false and null are left out
 */

/**
 * Create an element.
 *
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Props | null} [props]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function h(tag, props, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) setProp(element, name, value);
  element.append(...present(children));
  return element;
}

/**
 * Put these children in place of all others.
 *
 * @param {Element} element
 * @param {...Child} children
 */
export function fill(element, ...children) {
  element.replaceChildren(...present(children));
}

/**
 * Set the text of an element, touching the page only when it differs.
 *
 * @param {Element} element
 * @param {string} text
 */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * A part of the page: its element, and how to show newer data in it.
 *
 * @template T
 * @typedef {{element: HTMLElement, update: (data: T) => void}} Part
 */

/**
 * Keep the children of `container` equal to `items`, in their order; a part stays for as long as its key does.
 *
 * @template T
 * @param {Element} container
 * @param {(item: T) => string} keyOf
 * @param {(item: T) => Part<T>} create
 * @returns {(items: readonly T[]) => void}
 */
export function keyed(container, keyOf, create) {
  /** @type {Map<string, Part<T>>} */
  let parts = new Map();
  return (items) => {
    const next = new Map(items.map((item) => [keyOf(item), parts.get(keyOf(item)) ?? create(item)]));
    for (const [key, part] of parts) if (!next.has(key)) part.element.remove();
    parts = next;
    items.forEach((item, index) => {
      const part = /** @type {Part<T>} */ (parts.get(keyOf(item)));
      part.update(item);
      // Moving an element that is in place already would close its dialogs and lose its focus.
      if (container.children[index] !== part.element)
        container.insertBefore(part.element, container.children[index] ?? null);
    });
  };
}

/**
 * @param {Element} element
 * @param {string} name
 * @param {any} value
 */
function setProp(element, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (typeof value === 'function') element.addEventListener(name.slice(2), value);
  else element.setAttribute(name, value === true ? '' : String(value));
}

/**
 * @param {readonly Child[]} children
 * @returns {(Node | string)[]}
 */
function present(children) {
  return /** @type {(Node | string)[]} */ (
    children.filter((child) => child !== null && child !== undefined && child !== false)
  );
}

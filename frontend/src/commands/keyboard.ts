import { useDrawingState } from '../editor/drawing';
import { isSingle, matches } from './chord';
import { copiedText, pasteText } from './clipboard';
import { isAvailable } from './command';
import { COMMANDS } from './registry';
import { removeSelected } from './remove';

const FIELDS = 'input, textarea, select, [contenteditable="true"], [role="textbox"]';
/** Where arrows, Enter and letters belong to what has the focus. */
const WIDGETS = '[role="menu"], [role="listbox"], [role="tree"], [role="tablist"], [role="toolbar"], summary, [role="slider"]';

/** The one place where keys become commands. Answers how to stop. */
export function listenToKeys(): () => void {
  const listeners = { keydown: onKey, copy: onCopy, cut: onCut, paste: onPaste } as const;
  for (const [type, listener] of Object.entries(listeners)) document.addEventListener(type, listener as EventListener);
  return () => {
    for (const [type, listener] of Object.entries(listeners)) document.removeEventListener(type, listener as EventListener);
  };
}

function onKey(event: KeyboardEvent): void {
  // While a syllable is being composed the keys belong to the input method.
  if (event.defaultPrevented || event.isComposing || event.keyCode === 229) return;
  if (document.querySelector('dialog[open], [role="menu"]')) return;
  const target = event.target instanceof Element ? event.target : document.body;
  const typing = target.closest(FIELDS) !== null;
  for (const each of COMMANDS) {
    if (each.ownEvent) continue;
    const chord = each.keys.find((key) => matches(key, event));
    if (chord === undefined) continue;
    if (typing && !each.whileTyping) continue;
    if (isSingle(chord) && !isOnCanvas(target)) continue;
    if (!isAvailable(each)) continue;
    event.preventDefault();
    each.run();
    return;
  }
}

/** Single keys act on the canvas, and where nothing has the focus. A focused button keeps its own Enter and Space. */
function isOnCanvas(target: Element): boolean {
  if (target === document.body) return true;
  if (target.closest(WIDGETS)) return false;
  return target.closest('[data-canvas]') !== null && target.closest('button, a') === null;
}

function isOurs(event: ClipboardEvent): boolean {
  const target = event.target instanceof Element ? event.target : document.body;
  if (target.closest(FIELDS) || document.querySelector('dialog[open]')) return false;
  // Words selected on the page are copied as words.
  return event.type === 'paste' || (document.getSelection()?.isCollapsed ?? true);
}

function onCopy(event: ClipboardEvent): void {
  if (!isOurs(event)) return;
  const text = copiedText();
  if (!text) return;
  event.clipboardData?.setData('text/plain', text);
  event.preventDefault();
}

function onCut(event: ClipboardEvent): void {
  if (!isOurs(event) || useDrawingState.getState().scope !== 'edit') return;
  onCopy(event);
  if (event.defaultPrevented) removeSelected();
}

function onPaste(event: ClipboardEvent): void {
  if (!isOurs(event) || useDrawingState.getState().scope !== 'edit') return;
  if (pasteText(event.clipboardData?.getData('text/plain') ?? '')) event.preventDefault();
}

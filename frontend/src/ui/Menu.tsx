import { useEffect, useRef, type KeyboardEvent, type ReactNode } from 'react';
import { createPortal } from 'react-dom';
import { Icon, type IconName } from './Icon';
import styles from './Menu.module.css';
import { cx } from './cx';

export interface MenuItem {
  readonly id: string;
  readonly label: string;
  readonly icon?: IconName;
  readonly keys?: string | undefined;
  readonly danger?: boolean;
  readonly disabled?: string | false;
  readonly run: () => void;
}

interface MenuProps {
  readonly label: string;
  readonly at: { readonly x: number; readonly y: number };
  readonly groups: readonly (readonly MenuItem[])[];
  readonly onClose: () => void;
  readonly head?: ReactNode;
}

/** A menu at a point: arrows move, Enter chooses, Escape and a click elsewhere close. */
export function Menu({ label, at, groups, onClose, head }: MenuProps) {
  const menu = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = menu.current;
    if (!element) return undefined;
    const opener = document.activeElement;
    const { width, height } = element.getBoundingClientRect();
    element.style.left = `${Math.max(8, Math.min(at.x, innerWidth - width - 8))}px`;
    element.style.top = `${Math.max(8, Math.min(at.y, innerHeight - height - 8))}px`;
    element.querySelector<HTMLElement>('button:not(:disabled)')?.focus();
    const away = (event: PointerEvent) => {
      if (!element.contains(event.target as Node)) onClose();
    };
    // Wherever the focus is: a finger takes it back to what it holds.
    const escape = (event: globalThis.KeyboardEvent) => {
      if (event.key !== 'Escape') return;
      event.preventDefault();
      event.stopPropagation();
      onClose();
    };
    addEventListener('pointerdown', away, true);
    addEventListener('keydown', escape, true);
    return () => {
      removeEventListener('pointerdown', away, true);
      removeEventListener('keydown', escape, true);
      if (opener instanceof HTMLElement) opener.focus();
    };
  }, [at.x, at.y, onClose]);

  const move = (event: KeyboardEvent) => {
    if (event.key === 'Tab') {
      event.preventDefault();
      event.stopPropagation();
      onClose();
      return;
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const items = [...(menu.current?.querySelectorAll<HTMLElement>('button:not(:disabled)') ?? [])];
    const next = (items.indexOf(document.activeElement as HTMLElement) + step + items.length) % items.length;
    items[next]?.focus();
  };

  return createPortal(
    <div ref={menu} role="menu" aria-label={label} className={styles['menu']} onKeyDown={move}>
      {head}
      {groups
        .filter((group) => group.length > 0)
        .map((group) => (
          <div key={group[0]?.id} role="group" className={styles['group']}>
            {group.map((item) => (
              <button
                key={item.id}
                type="button"
                role="menuitem"
                className={cx(styles['item'], item.danger && styles['danger'])}
                disabled={Boolean(item.disabled)}
                title={item.disabled || undefined}
                onClick={() => {
                  onClose();
                  item.run();
                }}
              >
                <span className={styles['glyph']}>{item.icon && <Icon name={item.icon} size={16} />}</span>
                <span className={styles['label']}>{item.label}</span>
                {item.keys && <kbd>{item.keys}</kbd>}
              </button>
            ))}
          </div>
        ))}
    </div>,
    document.querySelector('main') ?? document.body,
  );
}

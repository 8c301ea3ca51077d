import { useEffect, useId, useRef, type ReactNode } from 'react';
import { useI18n } from '../i18n/useI18n';
import { IconButton } from './Button';
import styles from './Dialog.module.css';
import { cx } from './cx';

interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly size?: 'medium' | 'large';
  readonly children: ReactNode;
}

/** A modal dialog: Escape and a click beside it close, focus returns where it was. It begins at what is marked `data-first`. */
export function Dialog({ title, onClose, size = 'medium', children }: DialogProps) {
  const { t } = useI18n();
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    const opener = document.activeElement;
    const element = dialog.current;
    element?.showModal();
    element?.querySelector<HTMLElement>('[data-first]')?.focus();
    return () => {
      element?.close();
      if (opener instanceof HTMLElement) opener.focus();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      className={cx(styles['dialog'], styles[size])}
      aria-labelledby={heading}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onPointerDown={(event) => {
        if (event.target === dialog.current) onClose();
      }}
    >
      <div className={styles['sheet']}>
        <div className={styles['head']}>
          <h2 id={heading}>{title}</h2>
          <IconButton icon="close" label={t('ui.close')} onClick={onClose} />
        </div>
        <div className={styles['body']}>{children}</div>
      </div>
    </dialog>
  );
}

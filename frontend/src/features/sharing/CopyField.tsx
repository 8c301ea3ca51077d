import { useEffect, useId, useRef, useState } from 'react';
import { useI18n } from '../../i18n/useI18n';
import { Button } from '../../ui/Button';
import styles from './sharing.module.css';

/** A text to take along: selected on focus, copied by a button. */
export function CopyField({ label, value, autoFocus = false }: { label: string; value: string; autoFocus?: boolean }) {
  const { t } = useI18n();
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (autoFocus) field.current?.select();
  }, [autoFocus]);
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), 2_000);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = (): void => {
    navigator.clipboard.writeText(value).then(
      () => setCopied(true),
      () => {
        // No clipboard (an insecure address, or not allowed): the text is selected, so that the keys copy it.
        field.current?.focus();
        field.current?.select();
      },
    );
  };
  return (
    <div className={styles['copy']}>
      <label htmlFor={id}>{label}</label>
      <div>
        <input id={id} ref={field} readOnly value={value} onFocus={(event) => event.target.select()} />
        <Button onClick={copy}>
          <span aria-live="polite">{copied ? t('sharing.copied') : t('sharing.copy')}</span>
        </Button>
      </div>
    </div>
  );
}

import { useEffect, useRef } from 'react';
import { applyEdits } from '../editor/drawing';
import { useView } from '../editor/view';
import { useI18n } from '../i18n/useI18n';
import styles from './RenameField.module.css';

/** Renames an element in place: Enter keeps, Escape leaves the old name. */
export function RenameField({ id, name }: { readonly id: string; readonly name: string }) {
  const { t } = useI18n();
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    field.current?.focus();
    field.current?.select();
  }, []);
  const leave = () => useView.setState({ renaming: null });
  const keep = () => {
    const wanted = field.current?.value.trim() ?? '';
    if (wanted !== name) applyEdits([{ type: 'set', in: 'nodes', id, members: { name: wanted || null } }]);
    leave();
  };
  return (
    <input
      ref={field}
      className={`nodrag nopan ${styles['field']}`}
      aria-label={t('canvas.rename')}
      defaultValue={name}
      maxLength={200}
      onBlur={keep}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.nativeEvent.isComposing) return;
        if (event.key === 'Enter') keep();
        if (event.key === 'Escape') leave();
      }}
    />
  );
}

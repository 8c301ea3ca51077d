import { useEffect, useRef } from 'react';
import { applyEdits } from '../editor/drawing';
import { useView } from '../editor/view';
import { useI18n } from '../i18n/useI18n';
import styles from './RenameField.module.css';

/** Renames an element in place: Enter keeps, Escape leaves the old name. Both go back to the card. */
export function RenameField({ id, name }: { readonly id: string; readonly name: string }) {
  const { t } = useI18n();
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    field.current?.focus();
    field.current?.select();
  }, []);
  const over = useRef(false);
  const leave = () => {
    over.current = true;
    useView.setState({ renaming: null });
  };
  const back = () => {
    leave();
    field.current?.closest<HTMLElement>('.react-flow__node')?.focus();
  };
  const keep = () => {
    if (over.current) return;
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
        if (event.key === 'Enter') {
          keep();
          back();
        }
        if (event.key === 'Escape') back();
      }}
    />
  );
}

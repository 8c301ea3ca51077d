import type { KeyboardEvent } from 'react';
import { useDrawing } from '../drawing';
import styles from './figures.module.css';

/** The name of an element of the drawing; pressing it selects the element and flies to it. Within a sentence it breaks as words do, which a button would not. */
export function NodeLink({ id, prefix }: { id: string; prefix?: string }) {
  const { nameOf, flyTo } = useDrawing();
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' && event.key !== ' ') return;
    event.preventDefault();
    flyTo([id]);
  };
  return (
    <>
      {prefix && <span>{prefix} </span>}
      <span role="button" tabIndex={0} className={styles['link']} onClick={() => flyTo([id])} onKeyDown={onKeyDown}>
        {nameOf(id)}
      </span>
    </>
  );
}

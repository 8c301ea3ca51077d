import { useDrawing } from '../drawing';
import styles from './figures.module.css';

/** The name of an element of the drawing; pressing it selects the element and flies to it. */
export function NodeLink({ id, prefix }: { id: string; prefix?: string }) {
  const { nameOf, flyTo } = useDrawing();
  return (
    <>
      {prefix && <span>{prefix} </span>}
      <button type="button" className={styles['link']} onClick={() => flyTo([id])}>
        {nameOf(id)}
      </button>
    </>
  );
}

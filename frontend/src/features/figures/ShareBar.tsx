import styles from './figures.module.css';

/** A share of one as a short bar with its number: length and text say the same, colour is not needed. */
export function ShareBar({ share, label }: { share: number; label: string }) {
  return (
    <span className={styles['share']}>
      <span className={styles['bar']} aria-hidden="true">
        <span style={{ inlineSize: `${Math.min(100, Math.max(2, share * 100))}%` }} />
      </span>
      <span>{label}</span>
    </span>
  );
}

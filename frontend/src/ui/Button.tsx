import type { ButtonHTMLAttributes, ReactNode } from 'react';
import styles from './Button.module.css';
import { cx } from './cx';
import { Icon, type IconName } from './Icon';

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly variant?: 'primary' | 'plain' | 'ghost' | 'danger';
  readonly size?: 'small' | 'medium';
  readonly icon?: IconName;
  readonly children: ReactNode;
}

/** A button with words; one `primary` a view at most. */
export function Button({ variant = 'plain', size = 'medium', icon, children, className, ...rest }: ButtonProps) {
  return (
    <button type="button" className={cx(styles['button'], styles[variant], styles[size], className)} {...rest}>
      {icon && <Icon name={icon} />}
      {children}
    </button>
  );
}

interface IconButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'children'> {
  readonly icon: IconName;
  /** What it does, for the tooltip and for screen readers. */
  readonly label: string;
  readonly keys?: string | undefined;
  readonly pressed?: boolean;
}

/** A button that is only an icon; its label shows on hover. */
export function IconButton({ icon, label, keys, pressed, className, ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      className={cx(styles['icon'], className)}
      aria-label={label}
      aria-pressed={pressed}
      title={keys ? `${label} (${keys})` : label}
      {...rest}
    >
      <Icon name={icon} />
    </button>
  );
}

/** The sign of the product: a wheel on its axle, and the pin that holds it. */
export function Mark({ size = 26 }: { readonly size?: number }) {
  return (
    <svg viewBox="0 0 32 32" width={size} height={size} aria-hidden="true" focusable="false">
      <circle cx="16" cy="16" r="12.5" fill="none" stroke="currentColor" strokeWidth="3" />
      <path d="M16 3.500v7M16 21.500v7M3.500 16h7M21.500 16h7" stroke="currentColor" strokeWidth="3" />
      <circle cx="16" cy="16" r="5" fill="var(--accent)" />
    </svg>
  );
}

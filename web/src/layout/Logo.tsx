/** Streams that become one; the same drawing as the favicon. */
export function Logo() {
  return (
    <svg aria-hidden viewBox="0 0 32 32" className="size-8 text-primary">
      <g fill="none" stroke="currentColor" strokeLinecap="round">
        <path d="M4 7c6 0 6.5 9 12 9h12" strokeWidth="2.6" opacity="0.55" />
        <path d="M4 25c6 0 6.5-9 12-9h12" strokeWidth="2.6" opacity="0.8" />
        <path d="M4 16h24" strokeWidth="3.4" />
      </g>
    </svg>
  );
}

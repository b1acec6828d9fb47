import { useSyncExternalStore } from 'react';

/** The open image is part of the page's address: links to it work, and Back closes it. */
const ADDRESS = /^#image-(\d{1,15})$/;

export const addressOf = (id: number): string => `#image-${id}`;

/** Marks history entries that were reached from this page, so that closing can go back instead of forward. */
let reachedFromHere = false;
const listeners = new Set<() => void>();

function read(): number | null {
  const match = ADDRESS.exec(window.location.hash);
  return match?.[1] === undefined ? null : Number(match[1]);
}

function onMove(): void {
  reachedFromHere = read() !== null;
  tell();
}

function tell(): void {
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) window.addEventListener('hashchange', onMove);
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) window.removeEventListener('hashchange', onMove);
  };
}

/** Id of the image that the address names; `null` when it names none. */
export function useOpenAsset(): number | null {
  return useSyncExternalStore(subscribe, read);
}

/** From one open image to the next: no history entry, Back still leads to the library. */
export function goToAsset(id: number): void {
  window.history.replaceState(null, '', addressOf(id));
  tell();
}

export function closeAsset(): void {
  if (read() === null) return;
  if (reachedFromHere) {
    window.history.back();
    return;
  }
  window.history.replaceState(null, '', window.location.pathname + window.location.search);
  tell();
}

import { type CSSProperties, useState } from 'react';
import type { Image } from '../api/types.ts';
import { placeholderUrl } from './placeholder.ts';

/** A small square picture; its placeholder while, and where, there is none. */
export function Thumb({ image, alt = '' }: { image: Pick<Image, 'thumb_url' | 'thumbhash'>; alt?: string }) {
  const [broken, setBroken] = useState(false);
  const placeholder = image.thumbhash === null ? null : placeholderUrl(image.thumbhash);
  const backdrop: CSSProperties = placeholder === null ? {} : { backgroundImage: `url("${placeholder}")` };
  return (
    <span
      className="block aspect-square overflow-hidden rounded-md bg-base-300 bg-cover bg-center"
      style={backdrop}
    >
      {image.thumb_url !== null && !broken && (
        <img
          src={image.thumb_url}
          alt={alt}
          loading="lazy"
          decoding="async"
          draggable={false}
          onError={() => setBroken(true)}
          className="size-full object-cover"
        />
      )}
    </span>
  );
}

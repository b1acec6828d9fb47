import { Link } from 'react-router';
import type { Asset, Comparison } from '../api/types.ts';
import { formatBytes, formatCount, formatNumber } from '../format/size.ts';
import { imageAddress } from '../library/addresses.ts';
import { Name } from '../names/Name.tsx';
import { useWords } from '../words/useWords.ts';

const SIZES = ['zoom', 'card', 'thumb'] as const;

/** How far two images are apart, in numbers; `null` while they are made. */
export function Figures({
  pair,
  comparison,
}: {
  pair: readonly [Asset, Asset];
  comparison: Comparison | null;
}) {
  const { compare: words } = useWords();
  return (
    <div className="grid gap-4 lg:grid-cols-2">
      <table className="table table-sm rounded-box bg-base-100">
        <caption className="sr-only">{words.images}</caption>
        <thead className="text-muted">
          <tr>
            <th scope="col">{words.image}</th>
            <th scope="col">{words.pixels}</th>
            <th scope="col">{words.bytes}</th>
          </tr>
        </thead>
        <tbody>
          {pair.map((asset) => (
            <tr key={asset.id}>
              <th scope="row" className="font-normal wrap-anywhere">
                <Link className="link" to={imageAddress(asset.id)}>
                  <Name>{asset.name}</Name>
                </Link>
              </th>
              <td className="tabular-nums">
                {asset.width !== null && asset.height !== null
                  ? `${formatCount(asset.width)} × ${formatCount(asset.height)}`
                  : words.unknown}
              </td>
              <td className="tabular-nums">{formatBytes(asset.size)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <div>
        <table className="table table-sm rounded-box bg-base-100" aria-busy={comparison === null}>
          <caption className="sr-only">{words.figures}</caption>
          <thead className="text-muted">
            <tr>
              <th scope="col">{words.size}</th>
              <th scope="col">{words.measures.psnr}</th>
              <th scope="col">{words.measures.ssim}</th>
              <th scope="col">{words.measures.phash}</th>
            </tr>
          </thead>
          <tbody>
            {SIZES.map((size) => {
              const at = comparison?.[size];
              return (
                <tr key={size} data-size={size}>
                  <th scope="row" className="font-normal">
                    {words.sizes[size]}
                  </th>
                  <td className="tabular-nums">
                    {at === undefined
                      ? '…'
                      : at.psnr === null
                        ? words.noDifference
                        : `${formatNumber(at.psnr)} dB`}
                  </td>
                  <td className="tabular-nums">{at === undefined ? '…' : formatNumber(at.ssim, 4)}</td>
                  <td className="tabular-nums">{at === undefined ? '…' : words.bits(at.phash_distance)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
        <p className="mt-2 text-sm text-muted">
          {comparison?.aspect_differs === true ? `${words.stretched} ` : ''}
          {words.advice}
        </p>
      </div>
    </div>
  );
}

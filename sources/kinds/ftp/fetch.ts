import { FTPError } from 'basic-ftp';
import { Failure } from '../../../domain/failures.ts';
import type { Reception } from '../../reception.ts';
import type { Fetched } from '../../source.ts';
import { ftpFailure } from './faults.ts';
import { bytesIn } from './line.ts';
import { parseMlsTime } from './mlsd.ts';
import type { FtpSession } from './session.ts';

/** Refused because the command is not known, rather than because of the file. */
const isUnknown = (error: unknown) => error instanceof FTPError && error.code >= 500 && error.code <= 504;

/** The answer's text after `213 `; `null`: the server does not say. */
async function ask({ client }: FtpSession, command: string): Promise<string | null> {
  const answer = await client.sendIgnoringError(command);
  if (answer.code === 421) throw new FTPError(answer);
  return answer.code === 213 ? answer.message.slice(4).trim() : null;
}

/**
 * Fetches a file, going on from a part where the server does that and size and time are as they were.
 *
 * @param wire the file's absolute path, as on the wire
 * @throws Failure; what the client throws
 */
export async function fetchFtpFile(
  session: FtpSession,
  wire: string,
  reception: Reception,
): Promise<Fetched> {
  const { client } = session;
  const size = bytesIn((await ask(session, `SIZE ${wire}`))?.split(/[ ,]/)[0]);
  const modifiedAt = parseMlsTime((await ask(session, `MDTM ${wire}`)) ?? '');
  const begin = () => {
    const known = size !== null && modifiedAt !== null;
    reception.begin({ total: size, validator: known ? `${size}@${modifiedAt.toISOString()}` : null });
  };
  const { part } = reception;
  const goesOn = part !== null && part.validator === `${size}@${modifiedAt?.toISOString()}`;
  if (!goesOn) begin();
  const transfer = (from: number) =>
    client.downloadTo(reception.writable(), wire, from).catch((error: unknown) => {
      // It is there, and may not be opened.
      if (error instanceof FTPError && error.code === 550 && size !== null) {
        throw new Failure('read_denied', 'The FTP server does not let the file be read (550).');
      }
      throw error;
    });
  try {
    if (!goesOn) await transfer(0);
    else if (part.bytes < (size ?? 0)) {
      await transfer(part.bytes).catch((error: unknown) => {
        if (!isUnknown(error)) throw error;
        begin();
        return transfer(0);
      });
    }
  } catch (error) {
    throw ftpFailure(error, 'file', reception.bytes > 0);
  }
  return reception.finish({ modifiedAt });
}

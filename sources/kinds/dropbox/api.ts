import { Dropbox, DropboxResponseError, type files } from 'dropbox';
import {
  CONTENT_RESULT,
  type ContentResult,
  LINK_METADATA,
  LIST_RESULT,
  type LinkMetadata,
  type ListResult,
  readAnswer,
} from './answers.ts';
import type { Access } from './credentials.ts';
import { faultOf } from './faults.ts';
import { type Call, createSdkFetch, type Line } from './sdkFetch.ts';
import type { Tokens } from './tokens.ts';

/** What is asked of Dropbox. All of it throws `Failure`, `Refusal` or the signal's reason. */
export interface DropboxApi {
  listFolder(arg: files.ListFolderArg, signal: AbortSignal): Promise<ListResult>;
  listFolderContinue(cursor: string, signal: AbortSignal): Promise<ListResult>;
  linkMetadata(url: string, signal: AbortSignal): Promise<LinkMetadata>;
  /** @param path below the link, with its slash; `null`: the link is the file. */
  linkedFile(url: string, path: string | null, taking: Taking): Promise<ContentResult>;
  ownFile(path: string, taking: Taking): Promise<ContentResult>;
}

export type Taking = Required<Pick<Call, 'headers' | 'take' | 'time' | 'signal'>>;

export interface ApiOptions {
  line: Line;
  access: Access;
  tokens: Tokens;
}

export function createDropboxApi({ line, access, tokens }: ApiOptions): DropboxApi {
  const { auth, linkPassword } = access;

  async function authorization(signal: AbortSignal): Promise<string> {
    switch (auth.type) {
      case 'app':
        return `Basic ${Buffer.from(`${auth.key}:${auth.secret}`).toString('base64')}`;
      case 'token':
        return `Bearer ${auth.token}`;
      case 'oauth':
        return `Bearer ${await tokens.of(auth, line, signal)}`;
    }
  }

  async function ask(
    call: Omit<Call, 'authorization'>,
    run: (sdk: Dropbox) => Promise<{ result: unknown }>,
  ): Promise<unknown> {
    const once = async () => {
      const fetch = createSdkFetch(line, { ...call, authorization: await authorization(call.signal) });
      return (await run(new Dropbox({ fetch }))).result;
    };
    try {
      return await once().catch((error: unknown) => {
        const refused = error instanceof DropboxResponseError && error.status === 401;
        if (!refused || auth.type !== 'oauth') throw error;
        // A kept token can be revoked before its time; a new one tells whether it was only that.
        tokens.forget(auth);
        return once();
      });
    } catch (error) {
      throw faultOf(error, access);
    }
  }

  const question = (signal: AbortSignal) => ({ signal, time: { leftMs: line.client.deadlines.listMs } });
  const password = linkPassword === undefined ? {} : { link_password: linkPassword };

  return {
    async listFolder(arg, signal) {
      const shared = arg.shared_link && {
        shared_link: { ...arg.shared_link, ...(linkPassword !== undefined && { password: linkPassword }) },
      };
      const answer = await ask(question(signal), (sdk) => sdk.filesListFolder({ ...arg, ...shared }));
      return readAnswer(LIST_RESULT, answer);
    },
    async listFolderContinue(cursor, signal) {
      const answer = await ask(question(signal), (sdk) => sdk.filesListFolderContinue({ cursor }));
      return readAnswer(LIST_RESULT, answer);
    },
    async linkMetadata(url, signal) {
      const answer = await ask(question(signal), (sdk) =>
        sdk.sharingGetSharedLinkMetadata({ url, ...password }),
      );
      return readAnswer(LINK_METADATA, answer);
    },
    async linkedFile(url, path, taking) {
      const arg = { url, ...(path !== null && { path }), ...password };
      return readAnswer(CONTENT_RESULT, await ask(taking, (sdk) => sdk.sharingGetSharedLinkFile(arg)));
    },
    async ownFile(path, taking) {
      return readAnswer(CONTENT_RESULT, await ask(taking, (sdk) => sdk.filesDownload({ path })));
    },
  };
}

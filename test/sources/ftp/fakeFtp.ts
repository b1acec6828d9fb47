import net from 'node:net';
import tls from 'node:tls';

/** What a command is answered with; `null`: with nothing, for ever. */
type Answer = string | null;
type Answers = Record<string, Answer | ((argument: string) => Answer)>;

export interface FakeFtp {
  port: number;
  /** Commands as they came in. */
  said: string[];
  close(): Promise<void>;
}

const USUAL: Answers = {
  OPTS: '200 ok',
  USER: '331 password',
  PASS: '230 in',
  FEAT: '211-Features\r\n EPSV\r\n MDTM\r\n SIZE\r\n REST STREAM\r\n211 End',
  PBSZ: '200 ok',
  PROT: '200 ok',
  TYPE: '200 ok',
  PWD: '257 "/" is here',
  CWD: '250 ok',
  SIZE: '550 no',
  MDTM: '550 no',
};

/**
 * An FTP server that does what no real one does: lies about addresses, lists in forms that Debian has no server for,
 * stops answering. Only what the client under test sends is understood.
 *
 * @param answers instead of the usual ones
 * @param data what a data connection brings, by the whole command
 * @param secure implicit TLS: a key with its certificate for each sort of connection
 */
export async function startFakeFtp(
  answers: Answers,
  data: (command: string, from: number) => string | Buffer | null = () => null,
  greeting = '220 hello',
  secure: { control: string; data: string } | null = null,
): Promise<FakeFtp> {
  const said: string[] = [];
  const open = new Set<net.Socket | net.Server>();
  const track = (socket: net.Socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    socket.on('error', () => {});
  };
  const create = (pem: string | undefined) =>
    pem === undefined ? net.createServer() : tls.createServer({ key: pem, cert: pem });
  const arrival = secure ? 'secureConnection' : 'connection';
  const server = create(secure?.control);
  server.on(arrival, (control: net.Socket) => {
    track(control);
    let listener: net.Server | null = null;
    let waiting: Promise<net.Socket> | null = null;
    let from = 0;
    const say = (text: string) => control.write(Buffer.from(`${text}\r\n`, 'latin1'));

    const listen = async () => {
      const passive = create(secure?.data);
      listener = passive;
      open.add(passive);
      waiting = new Promise((resolve) => passive.once(arrival, resolve));
      await new Promise<void>((resolve) => passive.listen(0, '127.0.0.1', resolve));
      return (passive.address() as net.AddressInfo).port;
    };
    const transfer = async (content: string | Buffer) => {
      say('150 here it comes');
      const socket = await waiting;
      if (!socket) return;
      track(socket);
      socket.end(typeof content === 'string' ? Buffer.from(content, 'utf8') : content);
      await new Promise((resolve) => socket.once('close', resolve));
      listener?.close();
      if (listener) open.delete(listener);
      say('226 done');
    };

    const take = async (line: string) => {
      said.push(line);
      const [word = ''] = line.split(' ');
      const own = answers[word];
      if (own !== undefined) {
        const answer = typeof own === 'function' ? own(line.slice(word.length + 1)) : own;
        // `PORT` stands for a port that somebody really listens at.
        const port = answer?.includes('PORT') ? await listen() : 0;
        const old = `${port >> 8},${port & 255}`;
        if (answer !== null) say(answer.replace('OLDPORT', old).replace('PORT', String(port)));
        return;
      }
      if (word === 'EPSV') return void say(`229 Extended (|||${await listen()}|)`);
      if (word === 'REST') {
        from = Number(line.slice(5));
        return void say('350 go on');
      }
      if (['LIST', 'MLSD', 'RETR'].includes(word)) {
        const content = data(line, from);
        from = 0;
        return content === null ? void say('550 not here') : transfer(content);
      }
      const usual = USUAL[word];
      say(typeof usual === 'string' ? usual : '502 what?');
    };

    let rest = '';
    control.on('data', (chunk) => {
      const lines = (rest + chunk.toString('latin1')).split('\r\n');
      rest = lines.pop() ?? '';
      for (const line of lines) void take(line);
    });
    say(greeting);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as net.AddressInfo).port,
    said,
    async close() {
      for (const each of open) 'destroy' in each ? each.destroy() : each.close();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

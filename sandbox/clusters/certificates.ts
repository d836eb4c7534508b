import { access, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";

/** A key and the certificate of it, as PEM text. */
export interface Certificate {
  certificate: string;
  key: string;
}

const days = "3650";
const ellipticKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc"];

/** A certificate authority of its own, in a folder: it signs the server's certificate and those of its users. */
export class CertificateAuthority {
  private constructor(private readonly directory: string) {}

  /**
   * The authority of a folder, made if it is not there yet.
   *
   * @throws Error if there is no openssl
   */
  static async in(directory: string): Promise<CertificateAuthority> {
    await mkdir(directory, { recursive: true });
    const authority = new CertificateAuthority(directory);
    if (await exists(authority.certificateFile)) return authority;
    await authority.openssl([
      ...["req", "-x509", ...ellipticKey, "-days", days, "-subj", "/CN=sandbox-authority"],
      ...["-keyout", authority.keyFile, "-out", authority.certificateFile],
    ]);
    return authority;
  }

  /** Path of the authority's own certificate. */
  get certificateFile(): string {
    return join(this.directory, "ca.crt");
  }

  private get keyFile(): string {
    return join(this.directory, "ca.key");
  }

  /** Makes the key and certificate of a server on 127.0.0.1, as files. */
  async server(): Promise<{ certificateFile: string; keyFile: string }> {
    const [certificateFile, keyFile] = [
      join(this.directory, "server.crt"),
      join(this.directory, "server.key"),
    ];
    if (!(await exists(certificateFile))) {
      await this.sign(certificateFile, keyFile, ["-subj", "/CN=127.0.0.1"], "subjectAltName=IP:127.0.0.1");
    }
    return { certificateFile, keyFile };
  }

  /** Makes a certificate by which a Kubernetes API server knows a user: its name and groups are in the subject. */
  async client(user: string, groups: string[]): Promise<Certificate> {
    const file = join(this.directory, `client-${String(process.hrtime.bigint())}`);
    const subject = [...groups.map((group) => `O=${escaped(group)}`), `CN=${escaped(user)}`].join("/");
    try {
      await this.sign(`${file}.crt`, `${file}.key`, ["-subj", `/${subject}`], "extendedKeyUsage=clientAuth");
      return {
        certificate: await readFile(`${file}.crt`, "utf8"),
        key: await readFile(`${file}.key`, "utf8"),
      };
    } finally {
      for (const ending of ["crt", "key"]) await rm(`${file}.${ending}`, { force: true });
    }
  }

  private async sign(certificateFile: string, keyFile: string, subject: string[], extension: string) {
    await this.openssl([
      ...["req", "-x509", "-CA", this.certificateFile, "-CAkey", this.keyFile, ...ellipticKey, "-days", days],
      ...[...subject, "-addext", "basicConstraints=CA:FALSE", "-addext", extension],
      ...["-keyout", keyFile, "-out", certificateFile],
    ]);
  }

  private async openssl(args: string[]): Promise<void> {
    // Without a configuration of the machine's own, which could add extensions.
    const config = join(this.directory, "openssl.cnf");
    await writeFile(config, "[req]\ndistinguished_name = subject\n[subject]\n");
    await execa("openssl", args, { env: { OPENSSL_CONF: config }, stdin: "ignore" }).catch(
      (error: unknown) => {
        throw new Error("openssl could not make a certificate. Install OpenSSL 3 or newer.", {
          cause: error,
        });
      },
    );
  }
}

/** In `-subj` a slash begins the next part, and a plus sign joins two. */
function escaped(text: string): string {
  return text.replace(/[\\/+]/g, "\\$&");
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

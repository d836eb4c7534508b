/** Where the Japanese of README.ja.md comes from that `npm run docs` writes. */
export type Say = (english: string) => string;

/** The English as it is. */
export const inEnglish: Say = (english) => english;

/**
 * The Japanese of something that a source says.
 * @throws Error if there is none: then the English is new, or was changed
 */
export const inJapanese: Say = (english) => {
  const values = english.match(numbers) ?? [];
  const phrase = phraseOf(english);
  const translated = japanese[phrase];
  if (translated === undefined) {
    throw new Error(`docs/japanese.ts has no Japanese for this. Add it, then: npm run docs\n  ${english}`);
  }
  return phrase === english ? translated : translated.replace(/#/g, () => values.shift() ?? "");
};

/** The key of the table below for something that a source says: itself, or with `#` for its numbers, in their order. */
export function phraseOf(english: string): string {
  return english in japanese ? english : english.replace(numbers, "#");
}

/** Numbers, but not those in names such as EC2. */
const numbers = /(?<!\w)\d+(?:[.,]\d+)*(?!\w)/g;

const settings: Record<string, string> = {
  Key: "キー",
  Type: "型",
  Default: "既定値",
  Meaning: "意味",
  Example: "例",
  string: "文字列",
  boolean: "真偽値",
  integer: "整数",
  object: "オブジェクト",
  "array of strings": "文字列の配列",
  "array of integers": "整数の配列",
  "array of objects": "オブジェクトの配列",
  "object of strings": "文字列のオブジェクト",
  required: "必須",
  none: "なし",

  "The GitHub repository that holds the manifests and gets the workflow.":
    "マニフェストを置き、ワークフローを受け取る GitHub リポジトリ。",
  "Expected: owner/name of a repository on github.com.":
    "指定できる値：github.com のリポジトリの owner/name。",

  "Whether everybody can see that repository, and so open a pull request.":
    "そのリポジトリを誰でも閲覧でき、したがって誰でもプルリクエストを作れるかどうか。",
  "Expected: true or false.": "指定できる値：true または false。",

  "CodeConnections connection to GitHub, approved by a person. One serves all regions.":
    "人が承認した、GitHub への CodeConnections 接続。1 つを全リージョンで使う。",
  "Expected: the ARN of a connection, arn:aws:codeconnections:<region>:<account>:connection/<id>.":
    "指定できる値：接続の ARN。arn:aws:codeconnections:<region>:<account>:connection/<id>。",

  "Instead of a connection: Secrets Manager secret with a GitHub token, in the stack's region.":
    "接続の代わり：スタックのリージョンにある、GitHub トークンを入れた Secrets Manager シークレット。",
  "Expected: the ARN of a secret, arn:aws:secretsmanager:<region>:<account>:secret:<name>-<6 characters>.":
    "指定できる値：シークレットの ARN。arn:aws:secretsmanager:<region>:<account>:secret:<name>-<6 文字>。",

  "Instead of a connection: use the GitHub token that CodeBuild keeps for the account and region already.":
    "接続の代わり：CodeBuild がアカウントとリージョンに対してすでに保持している GitHub トークンを使う。",
  "Expected: true, or leave it out.": "指定できる値：true。使わない場合は設定しない。",

  "How the committed files get onto the default branch: `commit` commits them there, as a GitHub App that the branch's rules let by; `pullRequest` opens a pull request, which a person merges. Read from the home stack.":
    "コミットするファイルをデフォルトブランチに入れる方法。`commit` は、ブランチのルールが通す GitHub App として直接コミットする。`pullRequest` はプルリクエストを作り、人がマージする。ホームスタックの値を使う。",
  "Expected: commit or pullRequest.": "指定できる値：commit または pullRequest。",

  "Whether a ruleset of the program requires the check `K8s Dryrun gate` on the default branch. It is there as long as the committed workflow is. Read from the home stack.":
    "デフォルトブランチで、プログラムのルールセットがチェック `K8s Dryrun gate` を必須にするかどうか。ルールセットは、コミットされたワークフローがあるあいだ存在する。ホームスタックの値を使う。",

  "App ID of the GitHub App whose token `GITHUB_TOKEN` is; `requiredCheck` lets it commit past the check. Needed where `requiredCheck` goes with `delivery: commit`.":
    "`GITHUB_TOKEN` を発行した GitHub App の App ID。`requiredCheck` は、このアプリにチェックなしのコミットを認める。`requiredCheck` を `delivery: commit` とともに使う場合に必要。",
  "Expected: the number that stands as App ID on the app's page on GitHub.":
    "指定できる値：GitHub のアプリのページに App ID として表示される番号。",

  "Private subnets to make: `availabilityZone`, `cidrBlock`, and either `natGatewayId` or `routeTableId` (default: a NAT gateway of the cluster's VPC, in the same zone where there is one).":
    "作成するプライベートサブネット。`availabilityZone` と `cidrBlock` に加え、`natGatewayId` か `routeTableId` のどちらか（既定：クラスターの VPC の NAT ゲートウェイ。同じゾーンにあればそれを使う）。",
  "Expected: two or more of { availabilityZone, cidrBlock (/16 to /28), and at most one of natGatewayId, routeTableId }, each in a zone of its own.":
    "指定できる値：2 つ以上の { availabilityZone、cidrBlock（/16 から /28）、natGatewayId と routeTableId のうち最大 1 つ }。ゾーンはそれぞれ別にする。",

  "What else runners may reach in private networks, over TCP, beside the cluster's control plane: a proxy, or the subnets of interface endpoints whose private DNS names lead there. Whoever can push a branch reaches it too.":
    "クラスターのコントロールプレーン以外に、ランナーがプライベートネットワークで TCP 接続できる宛先。プロキシや、プライベート DNS 名の解決先であるインターフェイスエンドポイントのサブネットなど。ブランチに push できる人は誰でも、ここに届く。",
  "Expected: { cidrBlock (/8 to /32), port (1 to 65535) }, each once.":
    "指定できる値：{ cidrBlock（/8 から /32）、port（1 から 65535） }。重複不可。",

  "Numeric ids of the GitHub accounts whose jobs get a runner (`gh api users/<login> --jq .id`). Mandatory for a public repository.":
    "ジョブにランナーを割り当てる GitHub アカウントの数値 ID（`gh api users/<login> --jq .id`）。公開リポジトリでは必須。",
  "Expected: one or more positive integers, each once.": "指定できる値：1 つ以上の正の整数。重複不可。",

  "For organisations: the runner group that runners register in, which the organisation has restricted to the workflow on the default branch (docs/security.md). The same in every stack, with `githubActorIds`. Not tested on AWS.":
    "組織（Organization）向け：ランナーを登録するランナーグループ。組織側で、デフォルトブランチのワークフローだけに利用を制限したもの（docs/security.md）。全スタックで同じ値にし、`githubActorIds` とともに使う。AWS では未検証。",
  "Expected: an object with id (2 or more: 1 is the group that everybody may use), name, and branch, the repository's default branch.":
    "指定できる値：id（2 以上。1 は誰でも使えるグループ）、name、branch（リポジトリのデフォルトブランチ）を持つオブジェクト。",

  "Kinds that pull requests may dry-run, for the guard that the home stack commits; `npm run guard -- kinds` reads them from the overlays. Default: the kinds of ordinary workloads.":
    "プルリクエストがドライランできる kind。ホームスタックがコミットするガードに使う。`npm run guard -- kinds` でオーバーレイから読み取れる。既定：一般的なワークロードの kind。",
  "Expected: plural names as kubectl takes them, with their group: configmaps, deployments.apps.":
    "指定できる値：kubectl が受け付ける、グループ付きの複数形の名前。configmaps、deployments.apps など。",

  "Whether the check passes or fails where an object was not checked, by reason, in place of docs/verdicts.md.":
    "検査できなかったオブジェクトがある場合に、チェックを成功とするか失敗とするか。理由ごとに、docs/verdicts.md の既定に代えて指定する。",
  "Expected: passes or fails, each for one of the reasons secret, rbac-object, new-kind, new-namespace, no-rights, webhook-without-dry-run, webhook-failed, field-conflict, interrupted, server-error.":
    "指定できる値：次の理由のそれぞれに passes または fails。secret、rbac-object、new-kind、new-namespace、no-rights、webhook-without-dry-run、webhook-failed、field-conflict、interrupted、server-error。",

  "Field manager of your deployer, if it applies server-side. Default: it applies like `kubectl apply`, client-side.":
    "デプロイツールがサーバーサイドで適用する場合の field manager。既定：`kubectl apply` と同じく、クライアントサイドで適用するものとする。",
  "Expected: a name of at most 128 letters, digits, _, . and -.":
    "指定できる値：英数字、_、.、- からなる 128 文字以内の名前。",

  "Beginnings of addresses from which kustomize may fetch bases. Default: it fetches nothing.":
    "kustomize がベースを取得してよいアドレスの先頭部分。既定：何も取得しない。",
  "Expected: addresses with host and at least the slash behind it, as the overlays write them.":
    "指定できる値：オーバーレイに書かれているとおりのアドレス。ホストと、少なくともその直後のスラッシュを含める。",

  "ConfigMap keys and variables that are called like credentials and are none, to show their values; `*` is any text.":
    "認証情報のような名前でも、実際には認証情報でない ConfigMap キーや変数。値を表示するようになる。`*` は任意の文字列。",
  "Expected: names of letters, digits, _, ., - and *.": "指定できる値：英数字、_、.、-、* からなる名前。",

  "Other versions of kubectl than those of dryrun/kubectl/checksums.json, each with the SHA-256 of its binary for Linux on x86-64. Looked for in the runner's tool cache and on its PATH, then downloaded.":
    "dryrun/kubectl/checksums.json にない kubectl のバージョンと、x86-64 の Linux 用バイナリの SHA-256。ランナーのツールキャッシュと PATH を探し、なければダウンロードする。",
  "Expected: versions such as v1.36.1, one for a minor, each with a checksum of 64 hexadecimal digits.":
    "指定できる値：v1.36.1 のようなバージョン（マイナーバージョンごとに 1 つ）と、64 桁の 16 進数のチェックサム。",

  "Whether the stack looks the cluster up by its name, or makes it: a private one, without nodes, of the version in `stacks/environments.ts`. There is no way back but the one in docs/operations.md.":
    "スタックがクラスターを名前で探すか、自分で作るか。作る場合は、`stacks/environments.ts` に書かれたバージョンの、ノードのないプライベートなクラスターになる。元に戻すには docs/operations.md の方法しかない。",
  "Expected: existing or create.": "指定できる値：existing または create。",

  "With `cluster: create`: private subnets for the new cluster's control plane, in a VPC that is there. Default: the program makes a VPC.":
    "`cluster: create` の場合：新しいクラスターのコントロールプレーンに使う、既存の VPC のプライベートサブネット。既定：プログラムが VPC を作る。",
  "Expected: ids of two or more subnets of one VPC, in two or more zones.":
    "指定できる値：1 つの VPC にあり、2 つ以上のゾーンにわたる、2 つ以上のサブネットの ID。",

  "With `cluster: create`: range of the VPC that the program makes. Its first 96 addresses are for the control plane and the NAT gateway; `runnerSubnets` lie behind them.":
    "`cluster: create` の場合：プログラムが作る VPC のアドレス範囲。先頭の 96 アドレスはコントロールプレーンと NAT ゲートウェイが使い、`runnerSubnets` はその後ろに置く。",
  "Expected: an IPv4 range from /16 to /24 that begins at its own network address.":
    "指定できる値：ネットワークアドレスから始まる、/16 から /24 の IPv4 範囲。",

  "Whether releases are applied to the stack's cluster: by a build that only a protected GitHub environment of the environment's name can start (docs/security.md). Not tested on AWS.":
    "リリースをスタックのクラスターに適用するかどうか。環境と同じ名前の、保護された GitHub の環境（environment）だけが起動できるビルドが適用する（docs/security.md）。AWS では未検証。",
  "Expected: enabled or disabled.": "指定できる値：enabled または disabled。",

  "With `apply`: GitHub's number of the target repository, which nobody else ever gets.":
    "`apply` を使う場合：対象リポジトリの GitHub での番号。ほかのリポジトリに使い回されることはない。",
  "Expected: a number, as `gh api repos/<owner>/<name> --jq .id` prints it.":
    "指定できる値：`gh api repos/<owner>/<name> --jq .id` が出力する番号。",

  "With `apply`: GitHub's number of the target repository's owner.":
    "`apply` を使う場合：対象リポジトリの所有者の GitHub での番号。",
  "Expected: a number, as `gh api repos/<owner>/<name> --jq .owner.id` prints it.":
    "指定できる値：`gh api repos/<owner>/<name> --jq .owner.id` が出力する番号。",

  "With `apply`: the target repository's default branch. What applies is taken from it, and commits that are not on it are not applied.":
    "`apply` を使う場合：対象リポジトリのデフォルトブランチ。適用するプログラムはここから取り、ここにないコミットは適用しない。",
  "Expected: the name of a branch.": "指定できる値：ブランチの名前。",

  "With `apply`: kinds that a release may write, beside those of `guardedKinds`.":
    "`apply` を使う場合：`guardedKinds` の kind に加えて、リリースが書き込める kind。",
  "Expected: plural names as kubectl takes them, with their group: secrets, roles.rbac.authorization.k8s.io.":
    "指定できる値：kubectl が受け付けるグループ付きの複数形の名前。secrets や roles.rbac.authorization.k8s.io など。",

  "Who may approve a release, one of them each time and never who started it. On the home stack, and needed there with `apply`.":
    "リリースを承認できる人。毎回そのうちの誰か一人が承認し、リリースを始めた本人は承認できない。ホームスタックに設定し、`apply` を使う場合は必須。",
  "Expected: 1 to 6 of user:<id> and team:<id>, with numbers (`gh api users/<login> --jq .id`), each once.":
    "指定できる値：番号（`gh api users/<login> --jq .id`）を使った user:<id> と team:<id> を 1 個から 6 個、重複なしで。",

  "Tags of releases that are applied. Who maintains the repository makes them, nobody else. On the home stack.":
    "適用するリリースのタグ。リポジトリのメンテナーだけが作れる。ホームスタックに設定する。",
  "Expected: patterns of tags, where * is any text without /, each once, and none that is * alone.":
    "指定できる値：タグのパターンを重複なしで。* は / を含まない任意の文字列で、* だけのものは使えない。",

  "Environments in the order in which a release is applied, a canary first; those it does not name come last. On the home stack. Default: the order of `stacks/environments.ts`.":
    "リリースを適用する環境の順序。カナリアを先頭に置く。ここにない環境は最後になる。ホームスタックに設定する。既定：`stacks/environments.ts` の順序。",
  "Expected: names of environments in stacks/environments.ts, each once.":
    "指定できる値：stacks/environments.ts の環境の名前を重複なしで。",

  "CodeBuild compute type (x86-64, EC2).": "CodeBuild のコンピューティングタイプ（x86-64、EC2）。",
  "Expected: BUILD_GENERAL1_SMALL, BUILD_GENERAL1_MEDIUM or BUILD_GENERAL1_LARGE.":
    "指定できる値：BUILD_GENERAL1_SMALL、BUILD_GENERAL1_MEDIUM、BUILD_GENERAL1_LARGE のいずれか。",

  "Curated CodeBuild image for x86-64.": "CodeBuild が提供する x86-64 用イメージ。",
  "Expected: aws/codebuild/amazonlinux-x86_64-standard:<version> or aws/codebuild/standard:<version>.":
    "指定できる値：aws/codebuild/amazonlinux-x86_64-standard:<version> または aws/codebuild/standard:<version>。",

  "Minutes for which a pull request waits for a runner of a region before its run is ended; while the region's runner takes other jobs, it waits on. Read from the home stack.":
    "プルリクエストがリージョンのランナーを待つ時間（分）。過ぎると実行を終了する。リージョンのランナーがほかのジョブを受け取っているあいだは、待ち続ける。ホームスタックの値を使う。",
  "Expected: an integer from 5 to 240.": "指定できる値：5 から 240 の整数。",

  "Minutes after which a runner is ended. Longer than the workflow's own limit for a job.":
    "ランナーを終了するまでの時間（分）。ワークフロー自身のジョブの制限時間より長くする。",
  "Expected: an integer from 5 to 2160.": "指定できる値：5 から 2160 の整数。",

  "Minutes after which a build that found no room is dropped.":
    "空きのないまま待っているビルドを破棄するまでの時間（分）。",
  "Expected: an integer from 5 to 480.": "指定できる値：5 から 480 の整数。",

  "Days for which build logs are kept.": "ビルドログの保持日数。",
  "Expected: one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653 (CloudWatch Logs' own steps).":
    "指定できる値：1、3、5、7、14、30、60、90、120、150、180、365、400、545、731、1096、1827、2192、2557、2922、3288、3653 のいずれか（CloudWatch Logs が定める値）。",

  "Permissions boundary for the runner's role.": "ランナーのロールのアクセス許可の境界。",
  "Expected: the ARN of an IAM policy, arn:aws:iam::<account>:policy/<name>.":
    "指定できる値：IAM ポリシーの ARN。arn:aws:iam::<account>:policy/<name>。",

  "Tags for everything that can carry them, beside `pulumi:project` and `pulumi:stack`.":
    "タグを付けられるものすべてに付けるタグ。`pulumi:project` と `pulumi:stack` に加えて付く。",
  "Expected: up to 40 strings of letters, digits, spaces and _.:/=+-@, names of 1 to 127 characters that do not begin with aws: or pulumi: and differ not in case alone, values up to 255.":
    "指定できる値：英数字、空白、_.:/=+-@ からなる最大 40 個の文字列。名前は 1 から 127 文字で、aws: や pulumi: で始まらず、大文字と小文字だけが違うものがないこと。値は 255 文字まで。",

  "The region of the stack, the same as in `stacks/environments.ts`.":
    "スタックのリージョン。`stacks/environments.ts` と同じものを書く。",
  "The AWS accounts that the stack may touch. In any other the update stops.":
    "スタックが操作してよい AWS アカウント。それ以外のアカウントでは更新が停止する。",
};

const costs: Record<string, string> = {
  "USD a month for # clusters, # pull requests with # pushes each, # minutes a job, and a checkout of # GB, of which this workflow is assumed to fetch # GB:":
    "# クラスター、プルリクエスト # 件、それぞれに push # 回、1 ジョブ # 分、チェックアウト # GB のときの月額（USD）です。このワークフローは、チェックアウトのうち # GB を取得するものとします。",
  "![Bars of what each set-up costs a month: the numbers of the table below.](docs/costs.svg)":
    "![各構成の月額費用を示す棒グラフ。数値は下の表と同じです。](docs/costs.svg)",
  "Set-up": "構成",
  Computing: "コンピューティング",
  Network: "ネットワーク",
  GitHub: "GitHub",
  Total: "合計",
  "API server": "API サーバー",
  "CodeBuild (this program)": "CodeBuild（このプログラム）",
  "CircleCI with IP ranges": "CircleCI（IP ranges を使用）",
  "GitHub larger runners, static addresses": "GitHub larger runners（固定アドレス）",
  "EC2 runner, always on": "EC2 ランナー（常時稼働）",
  "Runner controller in the cluster": "クラスター内の runner controller",
  private: "プライベート",
  "open to CircleCI's addresses": "CircleCI のアドレスに公開",
  "open to one's own addresses at GitHub": "GitHub で割り当てられた自社専用のアドレスに公開",
  "When another one is cheaper than this program:": "ほかの構成がこのプログラムより安くなる条件：",
  "CircleCI with IP ranges: never, up to # pull requests a month.":
    "CircleCI（IP ranges を使用）：月 # 件のプルリクエストまで、安くなることはありません。",
  "GitHub larger runners, static addresses: always.":
    "GitHub larger runners（固定アドレス）：常に安くなります。",
  "EC2 runner, always on: from # pull requests a month on.":
    "EC2 ランナー（常時稼働）：月 # 件以上のプルリクエストで安くなります。",
  "Runner controller in the cluster: from # pull requests a month on.":
    "クラスター内の runner controller：月 # 件以上のプルリクエストで安くなります。",
  "`npm run cost -- --prs 120 --repo <clone>` reckons with your numbers. [docs/costs.md](docs/costs.md) has every line, every price with its source, and what is assumed. Where a region's price is not known, one of the USA stands in.":
    "`npm run cost -- --prs 120 --repo <clone>` は、利用者自身の数値で計算します。すべての明細、出典付きのすべての価格、計算の前提は [docs/costs.md](docs/costs.md) にあります。リージョンの価格がわからない場合は、米国の価格で代用しています。",
};

/** The Japanese, by the English of the sources. */
export const japanese: Readonly<Record<string, string>> = { ...settings, ...costs };

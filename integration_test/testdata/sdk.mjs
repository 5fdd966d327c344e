// Reads a module with Zoho's own client: the records with their photos, as
// lines of id, name and the SHA-256 of the photo, "-" where there is none.
import { createHash } from "node:crypto";
import * as zoho from "@zohocrm/nodejs-sdk-8.0";

const { API_URL, CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN, MODULE, NAME, DIR } = process.env;

const token = new zoho.OAuthBuilder().clientId(CLIENT_ID).clientSecret(CLIENT_SECRET).refreshToken(REFRESH_TOKEN).findUser(false).build();
await (await new zoho.InitializeBuilder())
  .environment(zoho.DataCenter.setEnvironment(API_URL, API_URL + "/oauth/v2/token", API_URL))
  .token(token)
  .store(new zoho.FileStore(DIR + "/tokens"))
  .SDKConfig(new zoho.SDKConfigBuilder().autoRefreshFields(false).pickListValidation(false).build())
  .resourcePath(DIR)
  .initialize();

const records = new zoho.Record.RecordOperations(MODULE);
const params = new zoho.ParameterMap();
await params.add(zoho.Record.GetRecordsParam.FIELDS, `${NAME},Record_Image`);
await params.add(zoho.Record.GetRecordsParam.PER_PAGE, 12);
const list = (await records.getRecords(params, new zoho.HeaderMap())).getObject();
if (!(list instanceof zoho.Record.ResponseWrapper)) throw new Error(JSON.stringify(list));
for (const record of list.getData()) {
  let sum = "-";
  const answer = await records.getPhoto(record.getId());
  const photo = await answer.getObject(); // a promise, of downloads alone
  if (photo instanceof zoho.Record.FileBodyWrapper) {
    sum = createHash("sha256").update(photo.getFile().getStream()).digest("hex");
  } else if (answer.getStatusCode() !== 204) {
    throw new Error(JSON.stringify(photo));
  }
  console.log(record.getId().toString(), sum, record.getKeyValue(NAME));
}

"""Names that are nobody's private data: months, languages, countries, firms, brands, products, tools, models, holidays.

They stay where they stand alone. Looked up whole and folded: "May" is a month, "May Hansen" somebody.
"""

from __future__ import annotations

import re

_CALENDAR = """
january february march april may june july august september october november december monday tuesday wednesday thursday friday
saturday sunday januari februari maret mei juni juli agustus oktober nopember desember senin selasa rabu kamis jumat jum'at
sabtu minggu januar februar marts maj juni juli oktober december mandag tirsdag onsdag torsdag fredag lørdag søndag januari
mars maj augusti måndag tisdag onsdag torsdag lördag söndag januar märz mai dezember montag dienstag mittwoch donnerstag
freitag samstag sonntag janeiro fevereiro março maio junho julho setembro outubro novembro dezembro enero febrero marzo abril
mayo junio julio septiembre octubre noviembre diciembre lunes martes miércoles jueves viernes sábado domingo janvier février
avril juin juillet août septembre octobre novembre décembre lundi mardi mercredi jeudi vendredi samedi dimanche christmas
easter ramadan ramadhan halloween thanksgiving diwali hanukkah pentecost lebaran nyepi waisak idulfitri iduladha natal jul
påske pinse nytår midsommar weihnachten ostern navidad noël carnaval valentine valentines
"""
_PLACES = """
afghanistan albania algeria argentina armenia australia austria azerbaijan bangladesh belgium bolivia brazil bulgaria cambodia
cameroon canada chile china colombia croatia cuba cyprus czechia denmark ecuador egypt england estonia ethiopia europe africa
asia america finland france germany ghana greece greenland guatemala haiti hungary iceland india indonesia iran iraq ireland
israel italy jamaica japan kazakhstan kenya korea kuwait laos latvia lebanon libya lithuania luxembourg malaysia malta mexico
moldova mongolia morocco myanmar nepal netherlands nicaragua nigeria norway oman pakistan palestine panama paraguay peru
philippines poland portugal qatar romania russia rwanda scotland senegal serbia singapore slovakia slovenia somalia spain
sudan sweden switzerland syria taiwan tanzania thailand tunisia turkey uganda ukraine uruguay uzbekistan venezuela vietnam
wales yemen zambia zimbabwe usa uk uae eu danmark norge sverige tyskland frankrig spanien england skotland holland grækenland
polen rusland kina japan jerman belanda inggris perancis prancis spanyol rusia tiongkok cina jepang arab mesir australia
amerika eropa deutschland österreich schweiz frankreich spanien italien europa amerika brasil españa méxico francia alemania
italia london paris berlin madrid rome vienna amsterdam brussels copenhagen københavn aarhus odense aalborg stockholm oslo
helsinki lisbon lisboa moscow tokyo kyoto osaka beijing shanghai shenzhen guangzhou taipei seoul bangkok jakarta surabaya
bandung medan semarang yogyakarta denpasar bali makassar delhi mumbai dubai sydney melbourne toronto vancouver chicago boston
seattle california texas florida york washington philadelphia houston dallas denver miami atlanta java sumatra kalimantan
sulawesi papua
"""
_LANGUAGES = """
english danish swedish norwegian finnish german french spanish portuguese italian dutch polish russian chinese mandarin
cantonese japanese korean indonesian malay javanese sundanese arabic hebrew hindi bengali tamil urdu turkish greek latin thai
vietnamese american british canadian australian indian european african asian irish scottish swiss austrian belgian mexican
brazilian christian muslim jewish catholic buddhist hindu protestant dansk engelsk tysk fransk svensk norsk spansk kinesisk
indonesia inggris mandarin jawa sunda deutsch englisch französisch spanisch español inglés francés português inglês français
anglais
"""
_FIRMS = """
google apple microsoft amazon meta facebook instagram whatsapp youtube twitter netflix tesla nvidia intel amd ibm oracle sap
adobe samsung sony huawei xiaomi oppo vivo lenovo dell asus acer nokia ericsson siemens bosch philips volvo toyota honda
hyundai kia ford bmw audi volkswagen mercedes mercedes-benz porsche ferrari boeing airbus nike adidas puma ikea lego maersk
mærsk carlsberg novo nestlé unilever pepsi coca-cola mcdonald's mcdonalds starbucks walmart target costco disney spotify uber
airbnb paypal visa mastercard stripe shopify salesforce slack zoom dropbox github gitlab bitbucket atlassian jira confluence
linkedin reddit tiktok bytedance alibaba taobao tmall tencent wechat baidu jd meituan didi pinduoduo gojek grab tokopedia
shopee bukalapak traveloka telkomsel indosat pertamina garuda mandiri bca bni bri danske nordea nets mobilepay dsb tdc
novozymes vestas danfoss ørsted deloitte pwc kpmg ey accenture mckinsey openai anthropic deepmind mistral cohere hugging face
huggingface perplexity martens pepper
"""
_TOOLS = """
python java javascript typescript ruby rust go golang kotlin swift scala perl php haskell erlang elixir clojure julia lua
matlab fortran cobol pascal ada r c c++ c# objective-c dart groovy bash powershell sql html css xml json yaml latex markdown
django flask fastapi rails react angular vue svelte next.js node node.js express spring laravel symfony jquery bootstrap
tailwind numpy pandas scipy pytorch tensorflow keras jax spark hadoop kafka airflow dbt jenkins travis docker kubernetes helm
terraform ansible vagrant puppet chef linux ubuntu debian fedora centos redhat windows macos ios android unix freebsd git
mercurial subversion maven gradle npm yarn webpack vite babel eslint prettier pytest junit selenium cypress playwright
postgres postgresql mysql mariadb sqlite mongodb redis cassandra elasticsearch neo4j snowflake bigquery redshift databricks
tableau excel word powerpoint outlook teams notion figma photoshop illustrator blender unity unreal vim emacs vscode eclipse
intellij pycharm xcode jupyter colab anaconda conda apache nginx tomcat caddy traefik grafana prometheus kibana splunk datadog
sentry hugo jekyll gatsby ghost drupal wordpress joomla chatgpt gpt gpt-4 gpt-4o gpt-5 o1 o3 llama gemini bard copilot qwen
deepseek grok dall-e midjourney whisper bert roberta sonnet opus haiku stable-diffusion kimi ernie doubao
"""
_PHRASES = """
new year|new years|new year's eve|christmas eve|christmas day|boxing day|black friday|cyber monday|good friday|easter sunday
|mother's day|father's day|labor day|labour day|memorial day|independence day|valentine's day|saint patrick's day|idul fitri
|idul adha|tahun baru|hari raya|united states|united kingdom|great britain|new zealand|south africa|north korea|south korea
|saudi arabia|sri lanka|costa rica|el salvador|puerto rico|hong kong|new york|los angeles|san francisco|san diego|las vegas
|new delhi|jawa barat|jawa tengah|jawa timur|jakarta selatan|jakarta barat|jakarta timur|jakarta utara|jakarta pusat
|bahasa indonesia|bahasa inggris|siti nurbaya|claude code|claude opus|claude sonnet|claude haiku|claude desktop|claude api
|amazon alexa|apple siri|hey siri|hey google|google assistant|google maps|google docs|google drive|google cloud|google chrome
|google gemini|gemini pro|gemini flash|bing chat|github copilot|microsoft copilot|microsoft teams|microsoft office
|microsoft word|microsoft excel|microsoft azure|azure devops|visual studio|visual studio code|vs code|android studio
|amazon web services|prime video|apple music|apple watch|apple pay|google pay|hugging face|stable diffusion|mistral large
|llama guard|open source|machine learning|deep learning|stack overflow|hacker news|jupyter notebook|ruby on rails|spring boot
|apache spark|apache kafka|apache airflow|node js|react native|vue js|next js|coca cola|red bull|jack daniels|jack daniel's
|johnnie walker|jim beam|ben & jerry's|dr pepper|dr. pepper|dr martens|dr. martens|mr coffee|mr. coffee|mr clean|mr. clean
|mr bean|doctor who|harry potter|star wars|star trek|mercedes benz|louis vuitton|calvin klein|hugo boss|tommy hilfiger
|ralph lauren|marks & spencer|marks and spencer|goldman sachs|morgan stanley|jp morgan|merrill lynch|wells fargo
|johnson & johnson|procter & gamble|ernst & young|rolls royce|harley davidson|aston martin|novo nordisk|danske bank
|bang & olufsen|bank mandiri|bank indonesia|santa claus|father christmas|wall street|silicon valley
"""
_HAN = """
一月 二月 三月 四月 五月 六月 七月 八月 九月 十月 十一月 十二月 星期一 星期二 星期三 星期四 星期五 星期六 星期日 周一
周二 周三 周四 周五 周六 周日 春节 元旦 清明节 端午节 中秋节 国庆节 圣诞节 元宵节 重阳节 情人节 中国 美国 英国 法国 德国
日本 韩国 俄罗斯 印度 印尼 印度尼西亚 丹麦 瑞典 挪威 北京 上海 广州 深圳 香港 澳门 台湾 台北 天津 重庆 南京 杭州 武汉
成都 西安 苏州 阿里巴巴 淘宝 天猫 京东 腾讯 微信 百度 华为 小米 字节跳动 抖音 美团 滴滴 拼多多 支付宝 谷歌 苹果 微软
亚马逊 特斯拉 英伟达 三星 索尼 文心一言 通义千问 豆包 元宝 康师傅 王老吉 老干妈 马克思主义 高德地图
"""
_SPACE = re.compile(r"\s+")
_WORDS = f"{_CALENDAR} {_PLACES} {_LANGUAGES} {_FIRMS} {_TOOLS} {_HAN}"
PUBLIC = frozenset(w.casefold() for w in _WORDS.split()) | frozenset(
    p.replace("\n", "").strip().casefold() for p in _PHRASES.split("|")
)


def is_public(text: str) -> bool:
    """Whether all of `text`, folded and with single spaces, is such a name."""
    return _SPACE.sub(" ", text.strip()).replace("\u2019", "'").casefold() in PUBLIC

"""Everyday words of a chat, one row for each language: what `language.py` counts.

A word may stand in several rows: then it speaks for each of them. The first three rows are languages in which notices exist
(Chinese needs no row, its script speaks for it); the others are their neighbours, which win against them and are themselves
answered in English. A new language of the notices is a row here, above the line, and one for each neighbour it is taken for.
"""

from __future__ import annotations

WORDS: dict[str, str] = {
    "en": """a about add after again all already also am an and another any anyone anything are aren't as at back be because
        been before being below but buy by can can't cancel cannot change check could day delete did didn't do does
        doesn't doing don't each else english even every explain find first for forgot from get getting give go going
        good got had has have haven't hello help her here hey hi him his how i i'd i'll i'm i've if in into is isn't it
        it's its just know last later let like list live long make many me mean month more morning most much must my
        name need never new next no not now of off old on one only open or order other our out over own people please
        problem question really reply right said say see send she should so some someone something still such take talk
        tell than thank thanks that that's the their them then there these they thing this those time to today tomorrow
        too translate try two under up us use very want was way we week well went were what what's when where which
        while who why will with within without won't work would write wrong year yes yesterday yet you you're your yours""",
    "id": """ada adakah adalah admin agak agar aja akan aku alamat anda antara apa apabila apakah aplikasi asli atas atau
        bagaimana bagi bagus bahwa baik balik bang banget bantu bantuan banyak barang baru batal batalin bayar beberapa
        begitu belum benar berapa besok bikin bilang bisa boleh buat buatkan buka bukan bulan butuh cara cek coba contoh
        cuaca cuma daftar dalam dan dapat dari data datang deh dengan di dia diri diskon dong dua dulu enggak ga gagal
        gajadi gak ganti gimana gini gitu hai halo harga hari harus hilang hp ialah ingin ini itu iya jadi jam jangan
        jawab jelaskan jika juga kabar kak kakak kalau kalo kami kamu kan kapan karena kartu kasih kata kau kayak ke
        keluar kemarin kembali kenal kenapa kepada ketemu kirim kita kok kurang lagi lain lalu lama langganan lebih
        lewat lupa maaf maka makasih malam mana mas masalah masih masuk mau mbak melalui memang mengapa menit mereka
        minggu minta mohon muncul nah namun nanti ngga nggak nih nomor nya oke oleh ongkir orang pada pagi pak pakai
        pake paket para pasti pembayaran perlu permisi pernah pertama pesan pesanan pukul punya rekening ringkas saat
        saja salah sama sambil sampai sampe sandi sangat satu saya sebelum sebuah secara sedang sejak sekarang selalu
        selamat semua seperti sesuai setelah siang siapa sih silakan sini sore suatu sudah supaya surat tagihan tahun
        tanggal tapi telah telepon tentang terima terimakasih terus tetapi tidak tiga toko tolong tuh tukar tunggu uang
        udah ukuran ukurannya untuk waktu wong ya yah yaitu yang yuk""",
    "da": """ad adgangskode af aldrig alle allerede altid anden andet at bare bedre bestille bestilling bestilte betale
        blevet blive bliver bruge bør da dag dage dansk de dem den denne der deres derfor det dette dig din dine disse
        dit dog du efter ej eller en end endnu er et fandt far fem fik fin findes fire fjerne flere for fordi forkert
        forklar fortæl fra fundet få fået får før først gang gange gerne gik giv glem glemt god godaften goddag
        godmorgen gå går gør gøre ha han har havde have hej hele helt hende hendes her herunder hjælp hjælpe hjælpen hos
        hun hvad hvem hver hvilken hvilket hvis hvor hvordan hvorfor hvornår højere i igen ikke ind ingen intet ja jeg
        jer jeres jo kan kom komme kommer kontakt kort kun kunne køb købe købte lader lav lave lidt lige ligger lille
        man mange med meget mellem men mere mig min mindre mine mit mod må måned måske måtte navn ned nej nogen noget
        nogle nok nu ny nyt nå når og også okay om op opsige ordre os over pakke penge på sagde samme se selv sende ser
        si sig siger sin sit skal skrev skriv skrive skulle skylder slet snart som stadig stor står størrelse så sådan
        tage tak tale taler tid til tilbage time to tre tror ud uden uge under undskyld var ved vej venligst vi vil
        ville virker vores vær være været åben åbne åbner år ønsker""",
    # The neighbours.
    "ms": """ada adakah adalah akan akaun aku anda apa atau awak bagaimana bagi baik balik bantu banyak baru bayar beli belum
        berapa betul bil bila boleh buat bukan dah dalam dan dapat dari dekat dengan di dia duit dulu encik esok hantar
        harga hari hendak ialah ingin ini itu jangan je jika jom juga kad kalau kami kan kasih kat kata ke kedai kembali
        kena kenapa kepada kerana kita kot kurang lagi lah lain laluan lebih lupa maaf macam mahal mahu mana masih
        memang mereka minta nak ni oleh orang pada pagi pakcik pelanggan perkhidmatan pernah petang puan pula pun
        ringgit sahaja saja sampai sangat satu saya sebab sedang sekarang selamat semak semua seperti siapa sila sini
        sudah tak takde tapi telah telefon terima tetapi tiada tidak tolong tu tukar untuk wang yang""",
    "nb": """aldri alle alltid andre annet at av bare bedre bestilling bestillingen bestilte betale ble bli blir blitt bruke
        bør da dag de deg dem den denne der dere deres det dette din dine disse ditt du ei ekte eller en enn ennå er et
        etter fikk finnes flere for fordi fra fungerer få får fått før gang ganger gikk gjør gjøre glemt god gå går ha
        hadde han har hei hele helt henne her hjelp hjelpe hos hun hva hvem hver hvilken hvis hvor hvordan hvorfor i
        igjen ikke ingen inn ja jeg kan kjøp kjøpe kom komme kommer kort krasjer kun kunne la lage litt man mange med
        meg mellom men mer min mine mitt mot mye må måned måtte navn nei noe noen nok ny nytt nå når og også om opp
        ordre oss over pakke passord passordet pengene penger på samme se seg selv sende ser si sin skal skrive skulle
        snart som stor står størrelse så ta takk tid til tilbake to tre uke under ut uten var ved vei vennligst vi vil
        ville vår være vært å åpne åpner år ønsker""",
    "sv": """aldrig alla alltid att av bara behöver beställning blev bli blir dag de dem den denna dessa det detta dig din
        dina du där då efter eller en er ett fick finns fram från få får fått för förlåt ge glömt god gå går ha hade han
        har hej hela henne hjälp hjälpa hon hur här i igen in inga ingen inom inte ja jag jätte kan kom kommer kontot
        kostar kunde köpa lite lösenord man med mellan men mer mig min mina mitt mot mycket många måste namn nej ni nu
        ny när någon något och också om oss pengar på samt sedan sig sin sitt ska skicka skulle snälla som stor så tack
        tid till tillbaka två under ut utan vad var vara varför vem vid vilken vill vår är även åt öppnar""",
    "de": """aber alle als also am an auch auf aus bei bin bis bist bitte brauche danke dann das dass dein dem den der des
        die dir doch du ein eine einen einer er es etwas für geht gibt gut guten hab habe haben hallo hat heute hilfe
        ich ihr ihre im in ist ja jetzt kann kannst kein keine können mein meine mich mir mit morgen möchte nach nein
        nicht noch nur oder ohne schon sehr sein sich sie sind so tag und uns viel vielen vom von wann warum was wegen
        wenn wer wie wieder wir wird wo wurde zu zum zur""",
    "nl": """aan al als ben bent bij daar dan dank dat de deze die dit doe door dus een en er ga gaan geen goed graag had heb
        hebben heeft het hij hoe hoi ik in is ja je jij jullie kan kun kunnen maar mag me mee met mij mijn moet naar nee
        niet nog nu of om onze ook op over te tot u uit uw van veel voor waar waarom wanneer wat we wel wie wij wil
        worden wordt zij zijn zo zou""",
    "fr": """a ai alors après au aussi avec avez avoir bien bonjour c'est ce cela ces cette chez combien comme comment d'un
        dans de depuis des deux dit donc du elle en es est et eu fait il ils j'ai je la le les leur ma mais merci mes
        moi mon n'est ne non nos notre nous on ont ou oui où par pas plus pour pourquoi puis qu'il quand que quel quelle
        qui quoi sa sans se ses si son sont sur ta te toi ton tout très tu un une vos votre vous être""",
    "es": """a al algo aquí así bien buenas buenos como con cuando cuándo cuánto cómo de del desde donde dos dónde el ella en
        es esa ese eso esta este esto estoy está favor fue gracias ha hace hasta hay he hola la las le les lo los me mi
        mis mucho muy más necesito ni no nos o para pero por porque puede puedo que quiero quién qué se ser si sin sobre
        son soy su sus sí también te tengo tiene todo tu un una uno y ya yo""",
    "pt": """a agora ainda ao aos as até bem boa bom com como da das de depois do dos e ela ele em entre era essa esse este
        está eu foi há isso já mais mas me meu minha muito na nas no nos não nós o obrigada obrigado onde os ou para
        pela pelo por porque posso pra preciso quando que quem quero se sem ser seu sim sua só também tem tenho tudo um
        uma você é""",
}

#: English words that every chat borrows: they say half as much.
LOANS = frozenset(
    {
        "cancel",
        "check",
        "hello",
        "help",
        "hey",
        "hi",
        "later",
        "no",
        "order",
        "please",
        "problem",
        "really",
        "reply",
        "thank",
        "thanks",
        "yes",
    }
)

"""What exports call the keys of an article: data."""

from __future__ import annotations

from collections.abc import Mapping

_PARTS = """
    summary description excerpt lead_paragraph abstract abstract_note lead snippet
    short_description post_excerpt introtext opening_text hit_sentence content_snippet
    truncated_body_text
"""

SUMMARIES = frozenset(_PARTS.split())
"""Names of a text that has only a part of it."""

NAMES: Mapping[str, str] = {
    "text": f"""
        body content article_text article_body body_text content_text main_text full_text plain_text
        extract text_content article_content news_content fields.body fields.body_text article story
        raw_text cleaned_text raw_content content:encoded body_html content_html body_xhtml
        story_text comment_text document.content post_content selftext message record.text
        inhalt texte texto testo contenido contenu cuerpo corpo conteúdo corps tekst treść metin
        içerik текст содержание зміст النص المحتوى نص متن טקסט תוכן 正文 内容 內容 本文 본문 내용
        mətn мәтін текст_статті садржај sadržaj κείμενο περιεχόμενο teksti sisältö szöveg tartalom
        conținut inhoud contingut obsah brödtext brødtekst innehåll indhold innhold съдържание
        nội_dung isi isi_berita konten maandishi maudhui सामग्री लेख বিষয়বস্তু লেখা உள்ளடக்கம் உரை
        เนื้อหา ข้อความ
        artikeltext volltext texto_completo texte_intégral testo_completo полный_текст 全文
        ტექსტი տեքստ matn tekstas teksts besedilo texti testua testun دەق ጽሑፍ వచనం ഉള്ളടക്കം
        લખાણ ਪਾਠ អត្ថបទ စာသား समाचार विवरण nilalaman kandungan labari qoraal markdown.raw_markdown
        markdown_content
        content_elements blocks content_blocks body_blocks components document
        {_PARTS}
    """,
    "paragraphs": "body_paragraphs article_paragraphs paras",
    "title": """
        headline article_title news_title headline_text title_text web_title heading fields.headline
        post_title head_line resolved_title given_title headlines.basic link_text header
        titel titre título titulo titolo titular überschrift schlagzeile kop tytuł
        başlıq тақырып наслов naslov τίτλος otsikko cím cikkcím titlu titol titulek nadpis
        overskrift заглавие tiêu_đề judul kichwa kichwa_cha_habari ueberschrift
        სათაური վերնագիր sarlavha titulli antraštė virsraksts pealkiri fyrirsögn izenburua teitl
        سرلیک ناونیشان ርዕስ శీర్షిక തലക്കെട്ട് શીર્ષક ਸਿਰਲੇਖ ចំណងជើង ခေါင်းစဉ် pamagat tajuk cinwaan
        शीर्षक শিরোনাম தலைப்பு พาดหัว หัวข้อ หัวเรื่อง تیتر عنوان_خبر
        başlık заголовок название العنوان عنوان כותרת 标题 標題 タイトル 見出し 제목
    """,
    "published": """
        date_gmt post_date_gmt date_unixtime first_publish_date
        date_time_pub publication_datetime publication_date_time date_published
        publish_date publication_date publishing_date published_at published_on
        published_date published_time date_publish pub_date publish_time publication_time
        first_published first_publication_date web_publication_date first_created
        article:published_time article_published_time published_utc date_time date
        post_date posted posted_at posted_on article_date news_date issued dc:date dcterms:issued
        display_date post_created unix_timestamp tstamp
        created created_at created_on date_created created_utc created_time seen_date timestamp
        thread.published record.created_at _created_at _published_at meta.first_published_at
        sys.first_published_at sys.published_at sys.created_at
        datum fecha veröffentlicht date_publication tarih дата التاريخ تاريخ תאריך 日期 发布时间
        發布時間 发布日期 發布日期 日付 掲載日 発行日 날짜 일자
        veröffentlicht_am veröffentlichungsdatum erscheinungsdatum fecha_de_publicación
        fecha_publicación date_de_publication date_de_parution data_di_pubblicazione
        data_pubblicazione data_de_publicação data_publicação publicatiedatum data_publikacji
        publiceringsdatum дата_публикации 公開日
        tarix күні жарияланған_күні датум дата_публікації ημερομηνία ημερομηνία_δημοσίευσης
        päivämäärä julkaistu julkaisupäivä dátum megjelenés publicat data_publicării publicerad
        publisert publiceret dato data_de_publicació дата_на_публикуване ngày ngày_đăng
        ngày_xuất_bản tanggal tanggal_terbit tarehe veroeffentlicht veroeffentlicht_am
        تاريخ_النشر תאריך_פרסום 게시일 등록일 작성일 발행일 发表时间 發表時間 刊登日期
        配信日時 公開日時 投稿日
        yayın_tarihi yayınlanma_tarihi megjelenés_dátuma datum_vydání प्रकाशन_तिथि
        दिनांक तारीख তারিখ প্রকাশের_তারিখ தேதி வெளியான_தேதி วันที่ วันที่เผยแพร่ تاریخ تاریخ_انتشار
        თარიღი ամսաթիվ sana datums kuupäev dagsetning dyddiad نېټه بەروار ቀን తేదీ തീയതി તારીખ ਮਿਤੀ
        កាលបរិច្ឆេទ ရက်စွဲ मिति petsa tarikh warc_headers.warc_date
        data
    """,
    "updated": """
        modified_gmt post_modified_gmt date_modified modified modified_at modified_time
        modified_date
        post_modified last_modified
        last_mod updated_at updated_on updated_date updated_time last_updated date_updated
        date_modify update_date version_created article:modified_time article_modified_time
        last_updated_date edited_unixtime edited changed
        _updated_at _changed_at dcterms:modified revised modification_datetime
        modification_date fields.last_modified
        aktualisiert geändert_am fecha_de_actualización date_de_mise_à_jour data_aggiornamento
        дата_обновления 更新时间 更新日
    """,
    "lang": """
        language lang_code language_code in_language human_language locale content_language
        dc:language language_name lang_name meta.language
        sprache langue idioma lingua taal język dil язык тіл језик jezik γλώσσα kieli nyelv limba
        jazyk
        språk sprog ngôn_ngữ bahasa lugha भाषा ভাষা மொழி ภาษา мова اللغة زبان שפה 语言 語言 言語 언어
    """,
    "source": """
        publisher publication publication_name source_name site_name media_name news_outlet outlet
        name_source fields.publication page_name first_source sitename
        newspaper provider og:site_name source-hostname hostname thread.site source_domain domain
        website site publisher_name clean_url container_title publication_title pubtitle
        domain_name origin.title feed.title account.display_name account.name from.name from
        meta.source source_common_name channel_title channel_name meta_site_name og_site_name
        html.source_info.publisher
        quelle fuente fonte bron
        outlet_name media_outlet mənbə дереккөз извор izvor πηγή lähde forrás sursă zdroj källa
        kilde nguồn sumber chanzo स्रोत সূত্র উৎস ஆதாரம் மூலம் แหล่งที่มา แหล่งข่าว ماخذ ذریعہ
        წყარო աղբյուր manba burimi šaltinis avots allikas vir heimild iturria ffynhonnell
        سرچینه سەرچاوە ምንጭ మూలం સ્ત્રોત ਸਰੋਤ pinagmulan
        źródło kaynak medio источник джерело المصدر منبع מקור 来源 來源 媒体 媒體 出典
        媒体名 출처 언론사
        zeitung periódico testata giornale krant gazeta veículo издание 매체 medium
    """,
    "url": """
        link permalink web_url article_url article_link news_url page_url canonical_url canonical
        original_url external_url links.permalink main_entity_of_page href loc uri thread.url
        document_url resolved_url given_url permalink_url alternate
        warc_headers.warc_target_uri document_identifier
        requested_url responded_url url_source html.requested_url metadata.source_url
        meta.html_url fullurl enlace lien bağlantı
        посилання сілтеме веза poveznica σύνδεσμος linkki hivatkozás legătură enllaç odkaz länk
        lenke връзка tautan kiungo लिंक লিঙ্ক இணைப்பு ลิงก์ לינק קישור لینک پیوند لنک
        liên_kết ссылка الرابط 链接 連結
    """,
    "id": """
        _id guid uuid article_id news_id story_id stories_id doc_id document_id doc_no item_id
        news_object_id identifier uri urn sys.id object_id id_str accession_number result_id
        resource_id record_id gkgrecordid platform_id pageid
        编号 文章编号 編號 記事id
    """,
    "authors": """
        author byline by_line creator dc:creator writer writers reporter author_name author_names
        authors_byline author_byline journalist journalists
        fields.byline creators published_by published_bylines credits.by influencer
        autor autorin autora autrice autorka auteure auteur autore yazar автор الكاتب نویسنده מאת
        作者 記者 记者 著者 기자 기고자 user.name _embedded.author
        ავტორი հեղինակ muallif autorius autors avtor höfundur egilea may_akda
        müəllif аутор συγγραφέας kirjoittaja szerző tác_giả penulis mwandishi लेखक লেখক ஆசிரியர்
        ผู้เขียน مصنف 작성자
        autoren verfasser autores auteurs autori autorzy författare forfatter авторы
    """,
    "section": """
        category category_name section_name taxonomy.primary_section article_section
        news_desk rubric ressort rubrik
        sección rubrique sezione seção sektion rubryka рубрика раздел 栏目 版面
    """,
    "tags": """
        keywords keyword news_keywords taxonomy.tags post_tags _embedded.wp:term
        categories category topics subjects labels
        schlagwörter stichwörter etiquetas palabras_clave mots_clés parole_chiave palavras_chave
        trefwoorden słowa_kluczowe nyckelord ключевые_слова теги 关键词 キーワード 키워드
    """,
}
"""Per field the other names, the first that a record has wins; a dot goes into an object.

Case, accents, and what stands between words, do not matter: `pubDate` and `PUB-DATE` are `pub_date`
and `icerik` is `içerik`. Nor do `news`, `article`, `story`, `post` and `item` before a name. What
is only a part of the text (a summary) is the last resort.
"""

FACTIVA = {
    "HD": "title", "TD": "text", "PD": "published", "SN": "source", "LA": "lang", "AN": "id",
    "BY": "byline",
}  # fmt: skip
"""The codes of Factiva's exports, in a record that has HD and LP or TD; LP is the first part of the
text."""
